import RialtoEngine
import RialtoEnsemble
import RialtoLedger
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

private let minute = MarketSketch.minute

/// Twelve minutes at one price.
private func flat() -> MarketSketch {
    MarketSketch(Array(repeating: (1_000, 1_000, 1_000, 1_000), count: 12))
}

/// Says 0.6 about the next three minutes on every bar; fails where it is shown minute `end`.
private func model(
    _ id: String, _ feed: Feed, failsAt end: Int? = nil, latency_ns: Int64 = 0
) -> ModelSetup {
    let failure = end.map { MarketSketch.start + Int64($0) * minute }
    let port = ModelPort(historyRows: 0) { batch, out in
        guard let bars = batch.bars else { return .failed("no bars") }
        for row in 0..<batch.count {
            if bars.time_ns[row] == failure { return .failed("it fell") }
            out.append(
                GivenForecast(
                    row: row,
                    forecast: Forecast(
                        model: 0, instrument: 0, kind: .probabilityUp, issued_ns: 0,
                        validUntil_ns: 0, horizon_ns: 3 * minute, confidence: 1, value: 0.6),
                    valid_ns: minute))
        }
        return .consumed(batch.count)
    }
    var setup = ModelSetup(id: id, port: port, feed: feed, start: 0)
    setup.latency_ns = latency_ns
    return setup
}

/// Every scored forecast of a run of two models, minute after minute.
private func entries(
    failsAt end: Int? = nil, events: [InstrumentEvent] = [], latency_ns: Int64 = 0,
    stride: Int = 1
) throws -> (all: [PerformanceEntry], runner: ModelRunner) {
    var ensemble = DynamicAIEnsemble(
        configuration: EnsembleConfiguration(
            rule: .hedge(eta: 1), loss: .logLoss, probationRounds: 0))
    for id in ["sound", "frail"] { _ = try ensemble.addModel(id: id) }
    let bars = flat()
    let runner = ModelRunner(
        models: [
            model("sound", bars.feed),
            model("frail", bars.feed, failsAt: end, latency_ns: latency_ns),
        ],
        ensemble: ensemble,
        market: bars.feed, instruments: 1, batchLimit: 64, records: nil, events: events)
    var all: [PerformanceEntry] = []
    runner.onSettled = { all += $0.entries }
    let log = ForecastLog()
    withExtendedLifetime(bars) {
        for step in Swift.stride(from: stride, through: 12, by: stride) {
            runner.advance(through: MarketSketch.start + Int64(step) * minute, into: log)
        }
    }
    return (all, runner)
}

@Suite struct `Models in a run` {
    @Test func `are heard once their latency is over, however far ahead they are asked`() throws {
        let latency = minute * 3 / 2
        let seen = try [1, 3, 12].map { try entries(latency_ns: latency, stride: $0).all }
        #expect(seen[0] == seen[1] && seen[1] == seen[2])
        let late = seen[0].filter { $0.forecast.model == 1 }
        // Of twelve bars the answers to the first seven are known, and due, by the last.
        #expect(late.count == 7)
        for (step, entry) in late.enumerated() {
            let asked = MarketSketch.start + Int64(step + 1) * minute
            #expect(entry.forecast.issued_ns == asked + latency)
            #expect(entry.settled_ns == asked + latency + 3 * minute)
        }
        #expect(try entries().all.count { $0.forecast.model == 1 } == 9)
    }

    @Test func `do not answer once they have failed, whatever they had begun to say`() throws {
        let (all, _) = try entries(failsAt: 7, latency_ns: minute * 3 / 2)
        let late = all.filter { $0.forecast.model == 1 }
        let last = MarketSketch.start + 7 * minute
        #expect(late.allSatisfy { $0.forecast.issued_ns < last } && !late.isEmpty)
    }

    @Test func `pay in full for what they had promised when they fail`() throws {
        let (all, runner) = try entries(failsAt: 7)
        #expect(runner.failures.map(\.id) == ["frail"])
        let frail = all.filter { $0.forecast.model == 1 }
        // Said at 1...6; due by 7 is what was said by 4.
        #expect(frail.map(\.isLost) == [false, false, false, false, true, true])
        #expect(frail.prefix(4).allSatisfy { $0.loss < 1 })
        #expect(frail.suffix(2).allSatisfy { $0.loss == LossKind.logLoss.most })
        #expect(all.filter { $0.forecast.model == 0 }.allSatisfy { !$0.isLost })
        #expect(runner.ensemble.weights[1] < runner.ensemble.weights[0] * 1e-3)
        #expect(abs(runner.ensemble.weights.reduce(0, +) - 1) < 1e-12)
    }

    @Test func `pay funding for the positions that they argue for while it falls due`() throws {
        let at = MarketSketch.start + 5 * minute
        let (all, _) = try entries(
            events: [
                InstrumentEvent(time_ns: at, instrument: 0, change: .funding(Rate(e9: 1_000_000)))
            ])
        for entry in all {
            let holds = entry.forecast.issued_ns < at && at <= entry.settled_ns
            #expect(abs(entry.cost - (holds ? 0.2 * 0.001 : 0)) < 1e-12)
        }
        #expect(all.count { $0.cost > 0 } == 6 && all.count == 18)
    }
}
