"""Laws, guidance, institutions and routing: a library without web, database or dialogue engine."""
