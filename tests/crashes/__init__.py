"""`make crashes`: each function, stopped after every single AWS call it makes, and run again."""
