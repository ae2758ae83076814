"""Async iteration over JavaScript's async iterators."""


class AsyncIterator:
    """Steps a JavaScript async iterator with `async for`."""

    def __init__(self, iterator):
        self._iterator = iterator

    def __aiter__(self):
        return self

    async def __anext__(self):
        step = await self._iterator.next()
        if step.done:
            raise StopAsyncIteration
        return step.value
