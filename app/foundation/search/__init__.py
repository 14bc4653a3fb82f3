"""Finding text in every script: folding, tokens, and the documents they are kept in."""
