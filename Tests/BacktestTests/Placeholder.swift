import Testing

@Suite struct `Backtest` {}
