"""Sums and days that people ask for: damages, thresholds of crimes, limitation. Loaded and checked
once.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from knowledge.figures.damages import DamagesRules
from knowledge.figures.limitation import LimitationRules
from knowledge.figures.thresholds import ThresholdRules
from knowledge.law.statutes import Statutes
from knowledge.reviewed import CONTENT


@dataclass(frozen=True)
class Figures:
    damages: DamagesRules
    thresholds: ThresholdRules
    limitation: LimitationRules

    @classmethod
    def load(cls, statutes: Statutes, content: Path = CONTENT) -> Self:
        """Read damages.yml, thresholds.yml and limitation.yml; raises ContentError."""
        return cls(
            DamagesRules.load(statutes, content),
            ThresholdRules.load(statutes, content),
            LimitationRules.load(statutes, content),
        )
