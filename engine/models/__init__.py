"""Language and embedding models: what there is, what fits this computer, fetching, verifying and keeping them."""
