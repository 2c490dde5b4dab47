"""`python -m mingjian`: the command line, where its script is not on the path."""

from mingjian.cli.main import main

if __name__ == "__main__":
    main()
