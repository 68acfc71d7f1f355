import Foundation
import RialtoAnalytics
import RialtoValues
import Testing

private let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
private let golden = root.appending(path: "../shared/goldens/risk_metrics.json")

private let day: Int64 = 86_400_000_000_000

private func curve(_ returns: [Double]) -> EquityCurve {
    var values = [100.0]
    for value in returns { values.append((values.last ?? 0) * (1 + value)) }
    return EquityCurve(times: values.indices.map { Int64($0) * day }, values: values)
}

private func close(_ a: Double?, _ b: Any?, _ tolerance: Double = 1e-8) -> Bool {
    guard let a, let b = (b as? NSNumber)?.doubleValue else { return false }
    return abs(a - b) <= tolerance * max(1, abs(b))
}

@Suite struct `The performance of a run` {
    // The vectors lie beside the repository; without them this test says that it is skipped.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: golden.path), "no ../shared/goldens"))
    func `equals empyrical on its own numbers`() throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(contentsOf: golden))
        let file = try #require(parsed as? [String: Any])
        let input = try #require(file["input"] as? [String: Any])
        let output = try #require(file["output"] as? [String: Any])
        let empyrical = try #require(output["empyrical"] as? [String: Any])
        let returns = try #require(input["returns"] as? [Double])
        let free = try #require(empyrical["free"] as? [String: Any])
        for (name, calendar) in [
            ("252", Annualisation.Calendar.tradingDays), ("365", .everyDay),
        ] {
            let wanted = try #require(empyrical[name] as? [String: Any])
            let found = Performance(curve(returns), Annualisation(calendar, interval: day))
            #expect(close(found.annualReturn, wanted["annual_return"]))
            #expect(close(found.volatility, wanted["annual_volatility"]))
            #expect(close(found.sharpe, wanted["sharpe_ratio"]))
            #expect(close(found.sortino, wanted["sortino_ratio"]))
            #expect(close(found.calmar, wanted["calmar_ratio"]))
            #expect(close(found.totalReturn, free["cum_returns_final"]))
            #expect(close(found.drawdown?.depth, free["max_drawdown"]))
        }
    }

    @Test func `names the drawdown's peak, trough and recovery`() throws {
        let values: [Double] = [100, 120, 90, 110, 120, 119]
        let times = values.indices.map { Int64($0) }
        let found = Performance(
            EquityCurve(times: times, values: values), Annualisation(.everyDay, interval: day))
        let drawdown = try #require(found.drawdown)
        #expect(drawdown.depth == -0.25 && drawdown.start == 1 && drawdown.trough == 2)
        #expect(drawdown.end == 4)
    }

    @Test(arguments: [[], [100], [100, 100, 100], [0, 5], [100, 0], [100, -5]] as [[Double]])
    func `leaves undefined what is not defined`(values: [Double]) {
        let curve = EquityCurve(times: values.indices.map { Int64($0) }, values: values)
        let found = Performance(curve, Annualisation(.everyDay, interval: day))
        #expect(found.sharpe == nil)
        for number in [found.totalReturn, found.annualReturn, found.volatility, found.calmar] {
            #expect(number?.isFinite ?? true)
        }
    }

    @Test func `counts samples of a year by their interval`() {
        #expect(Annualisation(.everyDay, interval: day).periods == 365)
        #expect(Annualisation(.tradingDays, interval: day).periods == 252)
        #expect(Annualisation(.everyDay, interval: day / 24).periods == 8760)
    }
}

@Suite struct `The trading of a book` {
    private func fill(
        _ time: Int64, _ signed: Int64, _ notional: Int128, fee: Int128 = 0
    )
        -> ReportedFill
    {
        ReportedFill(time: time, instrument: 0, signed: signed, notional: notional, fee: fee)
    }

    @Test func `counts a round trip from flat to flat, its gain after fees`() {
        let fills = [fill(10, 2, 200, fee: 3), fill(20, -1, 102, fee: 1), fill(60, -1, 101)]
        let found = Trading(fills, from: 0, to: 100)
        #expect(found.trades == 1 && found.wins == 0 && found.fees == 4 && found.traded == 403)
        #expect(found.exposure == 0.5 && found.fills == 3)
    }

    @Test func `splits a fill that goes through zero`() {
        let found = Trading([fill(0, 1, 100), fill(5, -3, 330), fill(9, 2, 220)], from: 0, to: 10)
        #expect(found.trades == 2 && found.wins == 1 && found.winRate == 0.5)
    }

    @Test func `adds up to the cash that moved when all ends flat, whatever the fills`() {
        for seed in UInt64(0)..<300 {
            var random = SeededGenerator(seed: seed)
            var net: Int64 = 0
            var fills: [ReportedFill] = []
            for time in 0..<Int64.random(in: 1...40, using: &random) {
                let signed = Int64.random(in: -9...9, using: &random)
                guard signed != 0 else { continue }
                net += signed
                let notional = Int128.random(in: 0...(1 << 90), using: &random)
                fills.append(
                    fill(time, signed, notional, fee: Int128.random(in: -5...5, using: &random)))
            }
            if net != 0 { fills.append(fill(50, -net, 7)) }
            let found = Trading(fills, from: 0, to: 50)
            let cash = fills.reduce(Int128(0)) {
                $0 + ($1.signed > 0 ? -$1.notional : $1.notional) - $1.fee
            }
            #expect(found.realised == cash, "seed \(seed)")
            #expect(found.wins <= found.trades && found.trades <= fills.count, "seed \(seed)")
            #expect((0...1).contains(found.exposure), "seed \(seed)")
        }
    }
}
