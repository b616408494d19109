"""Operations that only imported GraphDefs hold; no function here records them."""
