"""Sentences that say nearly the same in the same words.

A test must never ask what the training has answered.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

ALIKE = 0.4  # share of common character 3-grams from which two sentences count as one


def groups(texts: Sequence[str], alike: float = ALIKE) -> list[int]:
    """The number of every text's group.

    Texts that share more than `alike` of their 3-grams stand in one group.

    Alikeness is the Jaccard index; a group is whatever a chain of alike texts connects.
    """
    roots = list(range(len(texts)))

    def root(one: int) -> int:
        while roots[one] != one:
            roots[one] = roots[roots[one]]
            one = roots[one]
        return one

    for one, other in alike_pairs(texts, alike):
        roots[root(other)] = root(one)
    return [root(one) for one in range(len(texts))]


def alike_pairs(texts: Sequence[str], alike: float = ALIKE) -> list[tuple[int, int]]:
    """Pairs of positions, the earlier second, whose texts share over `alike` of their 3-grams."""
    grams = [trigrams(text) for text in texts]
    holders: dict[str, int] = defaultdict(int)
    for of_one in grams:
        for gram in of_one:
            holders[gram] += 1
    # Two sets that share enough must meet in the rarest few of their members: only these are looked
    # up.
    known: dict[str, list[int]] = defaultdict(list)
    pairs = []
    for one, mine in enumerate(grams):
        rarest = sorted(mine, key=lambda gram: (holders[gram], gram))[
            : len(mine) - int(alike * len(mine))
        ]
        met = {other for gram in rarest for other in known[gram]}
        pairs += [(one, other) for other in sorted(met) if jaccard(mine, grams[other]) > alike]
        for gram in rarest:
            known[gram].append(one)
    return pairs


def trigrams(text: str) -> frozenset[str]:
    """The character 3-grams of a text without its punctuation.

    Both ends count, so that 你好 has some as well.
    """
    bare = f"^{re.sub(r'[^0-9a-z一-鿿]', '', text.lower())}$"
    return frozenset(bare[at : at + 3] for at in range(max(len(bare) - 2, 1)))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)
