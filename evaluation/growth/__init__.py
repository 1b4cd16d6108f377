"""What the helpline needs when more people come: measured on a cluster, reckoned by a model."""
