import RialtoTestHost
import Testing

/// Publishes twice what it reads and thrice each close.
private struct Doubler: Model {
    static let info = PluginInfo(
        id: "org.example.doubler", version: "1.0.0", name: "Doubler", summary: "Doubles.",
        author: "A. Tester", license: "Apache-2.0",
        parameters: [.integer(1, "length", 0...100, initial: 1, "Letters of a name")])

    private let twice: SeriesID
    private let thrice: SeriesID

    init(_ setup: Setup) throws(PluginFailure) {
        thrice = try setup.publish("thrice")
        twice = try setup.publish(String(repeating: "é", count: Int(setup.integer(1))))
        _ = try setup.read("y")
    }

    var needs: [Need] { [.bars()] }

    mutating func onBar(_ bar: Bar, _ forecasts: inout Forecasts) {
        forecasts.publish(thrice, bar.instrument, Double(3 * bar.close))
    }

    mutating func onSeries(_ number: SeriesEvent, _ forecasts: inout Forecasts) {
        forecasts.publish(twice, number.instrument, 2 * number.value)
    }
}

/// Wants as much as is published.
private struct Follower: Strategy {
    static let info = PluginInfo(
        id: "org.example.follower", version: "1.0.0", name: "Follower", summary: "Follows.",
        author: "A. Tester", license: "Apache-2.0", parameters: [])

    private let series: SeriesID

    init(_ setup: Setup) throws(PluginFailure) {
        _ = try setup.read("other")
        series = try setup.read("wanted")
    }

    var needs: [Need] { [.bars()] }

    mutating func onSeries(_ number: SeriesEvent, _ intents: inout Intents) {
        guard number.series == series else { return }
        intents.target(number.instrument, Int64(number.value))
    }
}

@Suite struct `Series of a plugin of the kit` {
    @Test func `are published in answer to events, and read`() throws {
        let host = try TestHost(.model(Doubler.self))
        #expect(host.publishes == ["thrice", "é"] && host.reads == ["y"])
        let said = try host.forecasts([
            try host.number("y", at: 10, 2.5), .bar(at: 10, close: 7), .bar(at: 20, close: 8),
        ])
        #expect(said.map(\.series) == [0, 1, 0])
        #expect(said.map(\.value) == [21, 5, 24])
        #expect(said.map(\.time_ns) == [10, 10, 20])
        #expect(said.allSatisfy { $0.kind == RIALTO_FORECAST_SERIES })
    }

    @Test func `reach a strategy by the name that it asked for`() throws {
        let host = try TestHost(.strategy(Follower.self))
        let intents = try host.push([
            try host.number("other", at: 10, 3), try host.number("wanted", at: 10, 4),
        ])
        #expect(intents.map(\.quantity) == [4])
        #expect(throws: TestFailure.self) { _ = try host.number("third", at: 10, 1) }
    }

    @Test func `have names of 1 to 64 bytes`() throws {
        let host = try TestHost(.model(Doubler.self), parameters: ["length": 32])
        #expect(host.publishes.last?.utf8.count == 64)
        for length in [0, 33] as [TestValue] {
            #expect(throws: TestFailure.self) {
                _ = try TestHost(.model(Doubler.self), parameters: ["length": length])
            }
        }
    }
}
