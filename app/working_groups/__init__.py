"""Working groups on standards: members, meetings, drafts, public comments, published results."""
