"""What the platforms of Tencent have in common: signatures, seals, tokens, texts, grants."""
