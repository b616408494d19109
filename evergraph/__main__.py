"""`python -m evergraph`."""

from evergraph.compat.command import main

if __name__ == "__main__":
    main()
