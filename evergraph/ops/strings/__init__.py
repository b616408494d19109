"""Operations on strings: object arrays of bytes, computed on the host."""
