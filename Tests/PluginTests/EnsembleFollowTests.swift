import RialtoTestHost
import Testing

@Suite struct `Ensemble follow` {
    private func host(_ more: [String: TestValue] = [:]) throws -> TestHost {
        try Bundled.host("ensemble-follow", more)
    }

    /// Forecasts a second apart that hold for an hour.
    private func forecasts(_ probabilities: [Double]) -> [TestEvent] {
        probabilities.enumerated().map { .ensemble(at: Int64($0 + 1) * 1_000_000_000, up: $1) }
    }

    @Test func `holds a position in proportion to the probability`() throws {
        let intents = try host().push(forecasts([0.55, 0.58, 0.9, 0.5]))
        #expect(intents.map(\.quantity) == [5000, 8000, 10_000, 0])
    }

    @Test func `stays out within the dead band, and in until well inside it`() throws {
        let host = try host(["dead_band": 0.04, "hysteresis": 0.02, "step_min": 0.05])
        let intents = try host.push(forecasts([0.53, 0.545, 0.525, 0.515, 0.53]))
        #expect(intents.map { $0.quantity > 0 } == [true, true, false])
        #expect(intents.map(\.time_ns) == [2_000_000_000, 3_000_000_000, 4_000_000_000])
    }

    @Test func `does not trade on a wobble`() throws {
        let intents = try host(["step_min": 0.5]).push(forecasts([0.58, 0.56, 0.57, 0.59]))
        #expect(intents.count == 1)
    }

    @Test func `holds short only when it may`() throws {
        #expect(try host().push(forecasts([0.2])).isEmpty)
        let intents = try host(["allow_short": true]).push(forecasts([0.45, 0.2]))
        #expect(intents.map(\.quantity) == [-5000, -10_000])
    }

    @Test func `listens to the ensemble alone, and to sure forecasts`() throws {
        let model = ForecastEvent(
            time_ns: 1, model: 0, instrument: 0, kind: UInt8(RIALTO_FORECAST_PROBABILITY_UP),
            horizon_ns: 60, validUntil_ns: 61, confidence: 1, value: 0.9)
        #expect(try host().push([.forecast(model)]).isEmpty)
        let unsure = TestEvent.ensemble(at: 1, up: 0.9, confidence: 0.1)
        #expect(try host(["confidence_min": 0.2]).push([unsure]).isEmpty)
    }

    @Test func `follows the position where it is asked to, and no probability then`() throws {
        func position(_ value: Double, at time_ns: Int64) -> TestEvent {
            .forecast(
                ForecastEvent(
                    time_ns: time_ns, instrument: 0,
                    kind: UInt8(RIALTO_FORECAST_TARGET), horizon_ns: 3_600_000_000_000,
                    validUntil_ns: 3_600_000_000_000, confidence: 1, value: value))
        }
        let host = try host(["follow": "position"])
        let intents = try host.push([
            .ensemble(at: 1, up: 0.9), position(0.1, at: 2), position(0.5, at: 3),
        ])
        #expect(intents.map(\.quantity) == [5000, 10_000])
        #expect(intents.map(\.time_ns) == [2, 3])
    }

    @Test func `follows one horizon: the shortest that it hears, or the one asked for`() throws {
        let events: [TestEvent] = [
            .ensemble(at: 1, up: 0.9, horizon_ns: 60 * minute),
            .ensemble(at: 2, up: 0.5, horizon_ns: 5 * minute),
            .ensemble(at: 3, up: 0.9, horizon_ns: 60 * minute),
        ]
        #expect(try host().push(events).map(\.time_ns) == [1, 2])
        let long = try host(["horizon": .integer(60 * minute), "step_min": 0.05])
        #expect(try long.push(events).map(\.time_ns) == [1])
    }

    @Test func `closes once the last forecast is stale`() throws {
        let host = try host()
        let intents = try host.push([
            .ensemble(at: 1, up: 0.9, horizon_ns: minute), .bar(at: minute, close: 100),
            .bar(at: 2 * minute, close: 100),
        ])
        #expect(intents.map(\.quantity) == [10_000, 0])
        #expect(intents.map(\.time_ns) == [1, 2 * minute])
    }

    @Test func `refuses a dead band that leaves nothing`() {
        #expect(throws: TestFailure.self) { try host(["dead_band": 0.2, "full": 0.2]) }
        #expect(throws: TestFailure.self) { try host(["dead_band": 0.1, "hysteresis": 0.2]) }
    }

    @Test func `wants the same, however its events are cut into batches`() throws {
        try expectSameIntents("ensemble-follow", ["allow_short": true])
    }
}
