import RialtoTestHost
import Testing

/// A strategy that wants what each state and each funding says.
private struct Listener: Strategy {
    static let info = PluginInfo(
        id: "org.example.listener", version: "1.0.0", name: "Listener", summary: "Listens.",
        author: "A. Tester", license: "Apache-2.0", parameters: [])

    init(_ setup: Setup) throws(PluginFailure) {}

    var needs: [Need] { [.status, .funding(history: 3), .trades()] }

    mutating func onStatus(_ status: StatusEvent, _ intents: inout Intents) {
        intents.target(
            status.instrument, Int64(status.status), stop: status.isOfTrading ? 1 : 2)
    }

    mutating func onTrade(_ trade: Trade, _ intents: inout Intents) {
        intents.target(trade.instrument, trade.price)
    }

    mutating func onFunding(_ funding: FundingEvent, _ intents: inout Intents) {
        intents.target(funding.instrument, funding.rate_e9, stop: funding.nextFunding_ns)
    }
}

/// A model that is as sure as the last funding, and not while it hears nothing.
private struct Carry: Model {
    static let info = PluginInfo(
        id: "org.example.carry", version: "1.0.0", name: "Carry", summary: "Follows funding.",
        author: "A. Tester", license: "Apache-2.0", parameters: [])

    private var isLost = false

    init(_ setup: Setup) throws(PluginFailure) {}

    var needs: [Need] { [.status, .funding()] }

    mutating func onStatus(_ status: StatusEvent, _ forecasts: inout Forecasts) {
        isLost = UInt32(status.status) == RIALTO_STATUS_GAP
    }

    mutating func onFunding(_ funding: FundingEvent, _ forecasts: inout Forecasts) {
        guard !isLost else { return }
        forecasts.probabilityUp(
            funding.instrument, Double(funding.rate_e9) / 1e9, horizon_ns: 60, confidence: 1)
    }
}

private func funding(_ time_ns: Int64, _ rate_e9: Int64, next: Int64 = 0) -> TestEvent {
    .funding(FundingEvent(time_ns: time_ns, rate_e9: rate_e9, nextFunding_ns: next))
}

@Suite struct `States and funding in the Swift kit` {
    @Test func `reach a strategy in the order of kinds, and it stops where it acts on them`() throws
    {
        let host = try TestHost(.strategy(Listener.self))
        let intents = try host.push([
            funding(1, -7, next: 9), .trade(at: 1, price: 5),
            .status(at: 1, RIALTO_STATUS_GAP), .status(at: 2, RIALTO_STATUS_RECONNECT),
            .status(at: 3, RIALTO_STATUS_HALTED),
        ])
        #expect(intents.map(\.quantity) == [4, 5, -7, 6, 3])
        #expect(intents.map(\.stop) == [2, 0, 9, 2, 1])
        #expect(intents.map(\.time_ns) == [1, 1, 1, 2, 3] && host.calls == 3)
    }

    @Test func `reach a model`() throws {
        let host = try TestHost(.model(Carry.self))
        let forecasts = try host.forecasts([
            funding(1, 250_000_000), .status(at: 2, RIALTO_STATUS_GAP), funding(3, 500_000_000),
            .status(at: 4, RIALTO_STATUS_RECONNECT), funding(5, 750_000_000),
        ])
        #expect(forecasts.map(\.value) == [0.25, 0.75])
    }

    @Test func `are asked for by their kinds`() throws {
        let host = try TestHost(.strategy(Listener.self))
        #expect(host.needs == [RIALTO_KIND_STATUS, RIALTO_KIND_FUNDING, RIALTO_KIND_TRADES])
        #expect(host.history == 3)
    }
}
