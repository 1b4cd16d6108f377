"""./helpline evaluate …: one command per question that one may ask about the helpline's quality."""

import argparse

from evaluation import answers, answers_found, load, processes, wordings
from evaluation.growth import command as growth
from evaluation.retrieval import load as search_load
from evaluation.retrieval import no_answer, scale
from evaluation.retrieval import report as retrieval
from evaluation.understanding import hold_out


def main() -> None:
    parser = argparse.ArgumentParser(prog="helpline evaluate", description="测量热线的质量和速度")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    answers.add_command(commands)
    answers_found.add_command(commands)
    growth.add_command(commands)
    hold_out.add_command(commands)
    load.add_command(commands)
    no_answer.add_command(commands)
    processes.add_command(commands)
    retrieval.add_command(commands)
    search_load.add_command(commands)
    scale.add_command(commands)
    wordings.add_command(commands)
    # Listed here, run by ./helpline in the environment of the dialogue:
    # evaluation/understanding/compare.py
    commands.add_parser("understanding", help="比较各种意图分类器：准确、校准、速度、大小、混淆")
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
