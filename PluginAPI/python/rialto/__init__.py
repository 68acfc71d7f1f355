"""Write strategies and models for Rialto in Python.

A plugin is one module with one class derived from `Strategy` or `Model`. It opens no file, socket,
clock or thread while it runs: events come in, and it says what it wants.
"""

from .batch import Batch, Columns
from .events import (
    Account, Bar, Book, BookDelta, Fill, Forecast, Funding, Level, Liquidation, Mark,
    OpenInterest, Order, Quote, SeriesEvent, Status, Text, Timer, Trade)
from .forecasts import Forecasts
from .intents import Algorithm, Intents
from .parameters import boolean, choice, decimal, duration, integer, number
from .plugin import Instrument, Model, Need, Strategy, per_instrument
from .series import publishes, reads_series
from .words import Kind, Lifetime, Liquidity, Log, OrderState, Reason, Side, Trading

__all__ = [
    "Account", "Algorithm", "Bar", "Batch", "Book", "BookDelta", "Columns", "Fill", "Forecast",
    "Forecasts", "Funding", "Instrument", "Intents", "Kind", "Level", "Lifetime", "Liquidation",
    "Liquidity", "Log", "Mark", "Model", "Need", "OpenInterest", "Order", "OrderState", "Quote",
    "Reason", "SeriesEvent", "Side", "Status", "Strategy", "Text", "Timer", "Trade", "Trading",
    "boolean", "choice", "decimal", "duration", "integer", "number", "per_instrument", "publishes",
    "reads_series",
]
