import RialtoTestHost
import RialtoValues
import Testing

/// A strategy that wants as much as is bid at the best price, once a message of the venue is whole.
private struct BestBid: Strategy {
    static let info = PluginInfo(
        id: "org.example.best-bid", version: "1.0.0", name: "Best bid",
        summary: "Wants what is bid.", author: "A. Tester", license: "Apache-2.0", parameters: [])

    private var bids: [Int64: Int64] = [:]

    init(_ setup: Setup) throws(PluginFailure) {}

    var needs: [Need] { [.books(), .bookDeltas()] }

    mutating func onBook(_ book: BookSnapshot, _ intents: inout Intents) {
        bids = [:]
        for level in book.bids { bids[level.price] = level.quantity }
        act(book.instrument, asks: Int64(book.asks.count), &intents)
    }

    mutating func onBookDelta(_ delta: BookDelta, _ intents: inout Intents) {
        guard delta.side == UInt8(RIALTO_BUY) else { return }
        bids[delta.price] = delta.quantity == 0 ? nil : delta.quantity
        if delta.isLast { act(delta.instrument, asks: Int64(delta.sequence), &intents) }
    }

    private func act(_ instrument: UInt32, asks: Int64, _ intents: inout Intents) {
        guard let best = bids.keys.max() else { return intents.target(instrument, 0, stop: asks) }
        intents.target(instrument, bids[best] ?? 0, stop: asks)
    }
}

/// A model that is sure where a book has but one side.
private struct OneSided: Model {
    static let info = PluginInfo(
        id: "org.example.one-sided", version: "1.0.0", name: "One-sided", summary: "Sees one side.",
        author: "A. Tester", license: "Apache-2.0", parameters: [])

    init(_ setup: Setup) throws(PluginFailure) {}

    var needs: [Need] { [.books(), .bookDeltas()] }

    mutating func onBook(_ book: BookSnapshot, _ forecasts: inout Forecasts) {
        guard book.asks.isEmpty, let best = book.bids.first else { return }
        forecasts.probabilityUp(
            book.instrument, best.price == 10 ? 0.9 : 0.1, horizon_ns: 60, confidence: 1)
    }

    mutating func onBookDelta(_ delta: BookDelta, _ forecasts: inout Forecasts) {
        guard delta.isLast else { return }
        forecasts.probabilityUp(delta.instrument, 0.5, horizon_ns: 60, confidence: 1)
    }
}

private func whole(_ time_ns: Int64, bids: [(Int64, Int64)], asks: Int = 0) -> TestEvent {
    .book(
        TestBook(
            time_ns: time_ns, bids: bids.map { BookLevel(price: $0.0, quantity: $0.1) },
            asks: (0..<asks).map { BookLevel(price: 100 + Int64($0), quantity: 1) }))
}

private func bid(
    _ time_ns: Int64, _ price: Int64, _ quantity: Int64, isLast: Bool = true, sequence: UInt64 = 0
) -> TestEvent {
    .bookDelta(
        BookDelta(
            time_ns: time_ns, instrument: 0, side: UInt8(RIALTO_BUY), isLast: isLast, price: price,
            quantity: quantity, sequence: sequence))
}

@Suite struct `A book in the Swift kit` {
    @Test func `reaches a strategy whole, then change by change`() throws {
        let host = try TestHost(.strategy(BestBid.self))
        let intents = try host.push([
            whole(1, bids: [(10, 5), (9, 7)], asks: 2), bid(2, 11, 3, isLast: false, sequence: 4),
            bid(2, 10, 0, sequence: 4), bid(3, 11, 0), whole(4, bids: []),
        ])
        #expect(intents.map(\.quantity) == [5, 3, 7, 0])
        #expect(intents.map(\.time_ns) == [1, 2, 3, 4])
        #expect(intents.map(\.stop) == [2, 4, 0, 0])
        #expect(host.calls == 4)
    }

    @Test func `comes whole before its changes within one time`() throws {
        let host = try TestHost(.strategy(BestBid.self))
        let intents = try host.push([bid(1, 12, 2), whole(1, bids: [(10, 5)])])
        #expect(intents.map(\.quantity) == [5, 2] && host.calls == 1)
    }

    @Test func `reaches a model`() throws {
        let host = try TestHost(.model(OneSided.self))
        let forecasts = try host.forecasts([
            whole(1, bids: [(10, 1)]), whole(2, bids: [(11, 1)], asks: 1), bid(3, 9, 1),
        ])
        #expect(forecasts.map(\.value) == [0.9, 0.5])
    }

    @Test func `is asked for by both of its kinds`() throws {
        #expect(
            try TestHost(.strategy(BestBid.self)).needs == [
                RIALTO_KIND_BOOKS, RIALTO_KIND_BOOK_DELTAS,
            ])
    }
}
