import RialtoLLM
import Testing

@Suite struct `A decision` {
    private let snapshot = SixCoins.flat
    private var rules: DecisionRules { DecisionRules() }

    /// An opening of ETH at 3876.12 that passes every rule.
    private func opening(_ change: (inout Decision) -> Void = { _ in }) -> Decision {
        var decision = Decision(symbol: "ETH/USDT", action: .openLong)
        decision.sizeFraction = 0.1
        decision.leverage = 2
        decision.stopLoss = 3700
        decision.takeProfit = 4200
        decision.probabilityUp = 0.6
        decision.horizonMinutes = 60
        decision.confidence = 0.7
        change(&decision)
        return decision
    }

    private func judge(
        _ decisions: [Decision], asOf: String? = SixCoins.snapshot.asOf,
        rules: DecisionRules = DecisionRules(), snapshot: MarketSnapshot = SixCoins.flat
    ) -> [Verdict] {
        var answer = ReadAnswer()
        answer.decisions = decisions
        answer.asOf = asOf
        return rules.judge(answer, against: snapshot)
    }

    private func refusal(_ decision: Decision) -> String? { judge([decision])[0].refusal }

    @Test func `is accepted when it keeps every rule`() {
        let verdict = judge([opening()])[0]
        #expect(verdict.refusal == nil && verdict.clamped.isEmpty)
        #expect(verdict.sizeFraction == 0.1 && verdict.instrument == 1)
    }

    @Test func `is refused when its stop is on the wrong side of the price as it is now`() {
        #expect(refusal(opening { $0.stopLoss = 3900 })?.contains("wrong side") == true)
        #expect(refusal(opening { $0.takeProfit = 3800 })?.contains("wrong side") == true)
        #expect(
            refusal(
                opening {
                    $0.entry = 3800; $0.stopLoss = 3850
                })?.contains("wrong side")
                == true)
        let short = opening {
            $0.action = .openShort
            $0.stopLoss = 4000
            $0.takeProfit = 3500
        }
        #expect(refusal(short) == nil)
        #expect(refusal(opening { $0.action = .openShort })?.contains("wrong side") == true)
    }

    @Test func `is refused when it is about another time, or says none`() {
        #expect(judge([opening()], asOf: nil)[0].refusal == "as_of is missing")
        let stale = judge([opening()], asOf: "2025-10-23T09:55:20Z")[0].refusal
        #expect(stale?.contains("2025-10-23T09:58:20Z") == true)
        #expect(judge([Decision(symbol: "ETH", action: .hold)], asOf: nil)[0].isAccepted)
    }

    @Test func `is refused when its symbol is unknown or stands twice, under any spelling`() {
        #expect(refusal(opening { $0.symbol = "ETC/USDT" })?.contains("unknown") == true)
        let twice = judge([opening(), opening { $0.symbol = "eth-usdt" }])
        #expect(twice.allSatisfy { $0.refusal?.contains("more than one") == true })
        for name in ["ETH", "ethusdt", "ETH_USDT", "ETH-USDT"] {
            #expect(refusal(opening { $0.symbol = name }) == nil, "\(name)")
        }
    }

    @Test func `is refused when a number is out of its range`() {
        let broken: [(inout Decision) -> Void] = [
            { $0.sizeFraction = 0 }, { $0.sizeFraction = -0.1 }, { $0.sizeFraction = 1.1 },
            { $0.sizeFraction = .nan }, { $0.sizeFraction = nil }, { $0.quantity = 1 },
            { $0.leverage = 0.5 }, { $0.leverage = .nan }, { $0.stopLoss = nil },
            { $0.stopLoss = .nan }, { $0.stopLoss = -1 }, { $0.stopLoss = 3876.11 },
            { $0.stopLoss = 2000 }, { $0.stopLossPercent = 5 }, { $0.takeProfit = .nan },
            { $0.entry = 5000 }, { $0.entry = .nan }, { $0.entry = 0 },
            { $0.probabilityUp = 1.1 }, { $0.probabilityUp = .nan }, { $0.confidence = -1 },
            { $0.horizonMinutes = 0 }, { $0.horizonMinutes = .infinity },
        ]
        for (index, change) in broken.enumerated() {
            #expect(refusal(opening(change)) != nil, "\(index)")
        }
    }

    @Test func `is lowered to the limits of size and leverage, and says so`() {
        let verdict = judge([
            opening {
                $0.sizeFraction = 0.9; $0.leverage = 50
            }
        ])[0]
        #expect(verdict.sizeFraction == 0.25 && verdict.decision.leverage == 5)
        #expect(verdict.clamped == ["leverage 50.0 to 5.0", "size 0.9 to 0.25"])
    }

    @Test func `counts leverage once, whichever way its size is written`() {
        let value = snapshot.account.value
        let byNotional = opening {
            $0.sizeFraction = nil; $0.notional = value * 0.2
        }
        #expect(abs((judge([byNotional])[0].sizeFraction ?? 0) - 0.1) < 1e-12)
        let byQuantity = opening {
            $0.sizeFraction = nil; $0.quantity = value * 0.2 / 3876.12
        }
        #expect(abs((judge([byQuantity])[0].sizeFraction ?? 0) - 0.1) < 1e-12)
    }

    @Test func `is refused when all openings together would take too much`() {
        let all = SixCoins.names.prefix(5).enumerated().map { index, name in
            opening {
                let price = snapshot.coins[index].price ?? 0
                $0.symbol = name
                $0.sizeFraction = 0.25
                $0.stopLoss = price * 0.95
                $0.takeProfit = price * 1.1
            }
        }
        #expect(judge(all).map(\.isAccepted) == [true, true, true, false, false])
    }

    @Test func `opens nothing beside a position, and closes only what is there`() {
        let held = SixCoins.snapshot
        func verdict(_ symbol: String, _ action: TradeAction, long: Bool? = nil) -> Verdict {
            var decision = opening {
                $0.symbol = symbol; $0.action = action
            }
            decision.closesLong = long
            return judge([decision], snapshot: held)[0]
        }
        #expect(verdict("BTC", .openLong).refusal?.contains("position already") == true)
        #expect(verdict("BTC", .close).isAccepted)
        #expect(verdict("BTC", .close, long: false).refusal == "the position is long")
        #expect(verdict("DOGE", .close, long: false).isAccepted)
        #expect(verdict("ETH", .close).refusal == "there is no position")
        #expect(verdict("ETH", .reduce).refusal == "there is no position")
    }

    @Test func `is held to reward over risk from the price at which it would open`() {
        var rules = DecisionRules()
        rules.rewardOverRiskMin = 3
        #expect(judge([opening()], rules: rules)[0].refusal?.contains("reward") == true)
        let better = opening { $0.stopLoss = 3800 }
        #expect(judge([better], rules: rules)[0].isAccepted)
    }
}
