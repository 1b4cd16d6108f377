"""What lies behind a threshold is counted among the guesses that it concerns."""

from evaluation.thresholds import Guess, measure, sentences


def test_reach_and_right_are_counted_for_the_threshold_alone() -> None:
    guesses = [
        Guess("infringed", "infringed", 0.45),
        Guess("squatted", "infringed", 0.9),
        Guess("infringed", "infringed", 0.44),
        Guess("out_abuse", "out_abuse", 0.98),
        Guess("infringed", "out_labour", 0.7),
    ]
    measured = {one.name: (one.of, one.reach, one.right) for one in measure(guesses)}

    assert measured["intent_sure"] == (3, 2, 1)
    assert measured["out_abuse"] == (1, 1, 1)
    assert measured["out_of_scope"] == (1, 1, 0)
    assert measured["out_between"] == (2, 1, 1)


def test_the_sentences_are_read_with_their_intents() -> None:
    read = list(sentences())

    assert len(read) > 500 and all(text and intent for text, intent in read)
