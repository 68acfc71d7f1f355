import RialtoTestHost
import Testing

/// A strategy that notes what it reads, and a model that counts the letters of it.
private struct Reader: Strategy {
    static let info = PluginInfo(
        id: "org.example.reader", version: "1.0.0", name: "Reader", summary: "Reads.",
        author: "A. Tester", license: "Apache-2.0", parameters: [])

    init(_ setup: Setup) throws(PluginFailure) {}

    var needs: [Need] { [.trades(), .texts()] }

    mutating func onTrade(_ trade: Trade, _ intents: inout Intents) { intents.log("trade") }

    mutating func onText(_ text: TextEvent, _ intents: inout Intents) {
        let about = text.instrument.map { "\($0)" } ?? "market"
        let late_ns = text.time_ns - text.publishedTime_ns
        intents.log("\(about) \(text.source) \(text.author) \(text.title) \(text.body) \(late_ns)")
    }
}

private struct Letters: Model {
    static let info = PluginInfo(
        id: "org.example.letters", version: "1.0.0", name: "Letters", summary: "Counts.",
        author: "A. Tester", license: "Apache-2.0", parameters: [])

    init(_ setup: Setup) throws(PluginFailure) {}

    var needs: [Need] { [.texts()] }

    mutating func onText(_ text: TextEvent, _ forecasts: inout Forecasts) {
        let share = Double((text.title + text.body).count) / 100
        forecasts.probabilityUp(text.instrument ?? 0, share, horizon_ns: 60)
    }
}

private let events: [TestEvent] = [
    .trade(at: 1, price: 5),
    .text(
        TextEvent(
            time_ns: 1, publishedTime_ns: -2, instrument: 0, source: "wire", author: "Ann",
            title: "naïve 比特币", body: "b")),
    .text(TextEvent(time_ns: 1, title: "all")), .trade(at: 2, price: 5),
    .text(TextEvent(time_ns: 2, instrument: 0)),
]

@Suite struct `A news item or post` {
    @Test func `comes after the market of its time, whole, one about none last`() throws {
        for rows in [1, 2, 4096] {
            let host = try TestHost(.strategy(Reader.self))
            let logged = try host.push(events, rows: rows).map(\.text)
            #expect(
                logged == [
                    "trade", "0 wire Ann naïve 比特币 b 3", "market   all  0", "trade",
                    "0     0",
                ])
        }
    }

    @Test func `reaches a model`() throws {
        let texts = events.filter { $0.kind == RIALTO_KIND_TEXTS }
        let forecasts = try TestHost(.model(Letters.self)).forecasts(texts)
        #expect(forecasts.map(\.value) == [0.1, 0.03, 0])
        #expect(try TestHost(.model(Letters.self)).forecasts(texts, rows: 1) == forecasts)
    }
}
