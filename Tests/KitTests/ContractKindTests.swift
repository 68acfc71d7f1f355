import RialtoTestHost
import Testing

/// A strategy that wants what it is told of a contract.
private struct Hearer: Strategy {
    static let info = PluginInfo(
        id: "org.example.hearer", version: "1.0.0", name: "Hearer", summary: "Hears.",
        author: "A. Tester", license: "Apache-2.0", parameters: [])

    init(_ setup: Setup) throws(PluginFailure) {}

    var needs: [Need] { [.marks(), .openInterest(), .liquidations(history: 2), .trades()] }

    mutating func onTrade(_ trade: Trade, _ intents: inout Intents) {
        intents.target(trade.instrument, trade.price)
    }

    mutating func onMark(_ mark: MarkEvent, _ intents: inout Intents) {
        intents.target(mark.instrument, mark.markPrice, stop: mark.indexPrice)
    }

    mutating func onOpenInterest(_ interest: OpenInterestEvent, _ intents: inout Intents) {
        intents.target(interest.instrument, interest.quantity)
    }

    mutating func onLiquidation(_ liquidation: LiquidationEvent, _ intents: inout Intents) {
        let isBuy = UInt32(liquidation.side) == RIALTO_BUY
        intents.target(
            liquidation.instrument, isBuy ? liquidation.quantity : -liquidation.quantity,
            stop: liquidation.price)
    }
}

/// A model that is as sure as the mark stands above the index, in hundredths.
private struct Basis: Model {
    static let info = PluginInfo(
        id: "org.example.basis", version: "1.0.0", name: "Basis", summary: "Follows the basis.",
        author: "A. Tester", license: "Apache-2.0", parameters: [])

    private var open: Int64 = 0
    private var closed: Int64 = 0

    init(_ setup: Setup) throws(PluginFailure) {}

    var needs: [Need] { [.marks(), .openInterest(), .liquidations()] }

    mutating func onMark(_ mark: MarkEvent, _ forecasts: inout Forecasts) {
        let points = mark.markPrice - mark.indexPrice + open + closed
        forecasts.probabilityUp(
            mark.instrument, Double(points) / 100, horizon_ns: 60, confidence: 1)
    }

    mutating func onOpenInterest(_ interest: OpenInterestEvent, _ forecasts: inout Forecasts) {
        open = interest.quantity
    }

    mutating func onLiquidation(_ liquidation: LiquidationEvent, _ forecasts: inout Forecasts) {
        closed += liquidation.quantity
    }
}

private func mark(_ time_ns: Int64, _ price: Int64, index: Int64 = 0) -> TestEvent {
    .mark(MarkEvent(time_ns: time_ns, markPrice: price, indexPrice: index))
}

private func closed(_ time_ns: Int64, _ side: UInt32, _ quantity: Int64) -> TestEvent {
    .liquidation(
        LiquidationEvent(time_ns: time_ns, side: UInt8(side), price: 9, quantity: quantity))
}

private func open(_ time_ns: Int64, _ quantity: Int64) -> TestEvent {
    .openInterest(OpenInterestEvent(time_ns: time_ns, quantity: quantity))
}

@Suite struct `Marks, open interest and liquidations in the Swift kit` {
    @Test func `reach a strategy in the order of kinds, and it stops where it acts on them`() throws
    {
        let host = try TestHost(.strategy(Hearer.self))
        let intents = try host.push([
            closed(1, RIALTO_SELL, 7), open(1, 55), mark(1, 700, index: 699),
            .trade(at: 1, price: 5), closed(2, RIALTO_BUY, 8), mark(3, 710),
        ])
        #expect(intents.map(\.quantity) == [5, 700, 55, -7, 8, 710])
        #expect(intents.map(\.stop) == [0, 699, 0, 9, 9, 0])
        #expect(intents.map(\.time_ns) == [1, 1, 1, 1, 2, 3] && host.calls == 3)
    }

    @Test func `reach a model`() throws {
        let host = try TestHost(.model(Basis.self))
        let forecasts = try host.forecasts([
            mark(1, 120, index: 100), open(2, 10), mark(3, 120, index: 100),
            closed(4, RIALTO_SELL, 5), mark(5, 120, index: 100),
        ])
        #expect(forecasts.map(\.value) == [0.2, 0.3, 0.35])
    }

    @Test func `are asked for by their kinds`() throws {
        let host = try TestHost(.strategy(Hearer.self))
        #expect(
            host.needs == [
                RIALTO_KIND_MARKS, RIALTO_KIND_OPEN_INTEREST, RIALTO_KIND_LIQUIDATIONS,
                RIALTO_KIND_TRADES,
            ])
    }
}
