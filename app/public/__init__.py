"""Pages open to the world that belong to no office: about, health, language."""
