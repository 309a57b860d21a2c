"""A client's files: pictures of her insurance cards, orders, letters. `content` judges them, `store` keeps their bytes."""
