import RialtoConfiguration
import Testing

private func run(_ ensemble: String) throws(ConfigProblems) -> RunFile {
    let text = """
        seed: 9
        instruments: [{ name: BTC/USD, interval: 1m }]
        venue: { fee_bps: { maker: 1, taker: 2.5 }, fill: { slippage_bps: 1.5 } }
        ensemble: \(ensemble)
        accounts: [{ id: main, equity: 1000 }]

        """
    return try RunFile.read(try ConfigDocument(Array(text.utf8), file: "run.yaml"))
}

private func complaint(_ ensemble: String) -> String {
    do throws(ConfigProblems) {
        _ = try run(ensemble)
        return ""
    } catch { return error.messages.flatMap(\.lines).joined(separator: "\n") }
}

@Suite struct `The ensemble of a run file` {
    @Test(arguments: EnsembleRule.allCases)
    func `may have any rule`(rule: EnsembleRule) throws {
        let layers = rule == .layers ? ", layers: [{ rule: boa }, { rule: ewa, eta: 0.5 }]" : ""
        #expect(try run("{ rule: \(rule.rawValue)\(layers) }").ensemble.own.rule == rule)
    }

    @Test func `is read with every protection`() throws {
        let settings = try run(
            """
            { rule: ewa-share, eta: 0.5, alpha: 0.02, loss: brier, probation: 5, cost_bps: 4,
              confidence: true, regimes: volatility, expiry: 2h, floor: 0.01, cap: 0.4,
              group_cap: 0.6, drift: { detector: kswin, alpha: 0.001 },
              positions: { rule: squint, prior: uniform },
              stacking: { rule: ridge, lambda: 0.5, purge: 1h, refit: 60 } }
            """
        ).ensemble
        #expect(
            settings.own.parameters.eta == 0.5 && settings.own.parameters.alpha == 0.02
                && settings.loss == .brier)
        #expect(settings.cost == 400_000 && settings.usesConfidence)
        #expect(settings.regimes == .volatility && settings.expiry == 7_200_000_000_000)
        #expect(settings.floor == 0.01 && settings.cap == 0.4 && settings.groupCap == 0.6)
        #expect(
            settings.positions?.rule == .squint && settings.positions?.parameters.prior == .uniform)
        #expect(settings.drift?.detector == .kswin && settings.drift?.alpha == 0.001)
        #expect(settings.stacking?.rule == .ridge && settings.stacking?.lambda == 0.5)
        #expect(settings.stacking?.purge == 3_600_000_000_000 && settings.stacking?.refit == 60)
    }

    @Test func `stacks nothing unless told to, and then with what is usual`() throws {
        #expect(try run("{}").ensemble.stacking == nil)
        let usual = try #require(try run("{ stacking: {} }").ensemble.stacking)
        #expect(usual.rule == nil && usual.lambda == nil)
        #expect(usual.purge == nil && usual.refit == nil)
    }

    @Test(arguments: [("models", "plugin: a.b"), ("indicators", "binding: a, function: RSI")])
    func `lets nobody be called as what it stacks is`(list: String, what: String) {
        func complaint(_ id: String, _ ensemble: String) -> String {
            let text = """
                instruments: [{ name: BTC/USD, interval: 1m }]
                \(list): [{ id: other, \(what) }, { id: \(id), \(what) }]
                ensemble: \(ensemble)
                accounts: [{ id: main, equity: 1000 }]

                """
            do throws(ConfigProblems) {
                _ = try RunFile.read(try ConfigDocument(Array(text.utf8), file: "run.yaml"))
                return ""
            } catch { return error.messages.flatMap(\.lines).joined(separator: "\n") }
        }
        let told = complaint("stacking", "{ stacking: {} }")
        #expect(told.contains("\(list)[1].id was \"stacking\", as the model"), "\(told)")
        #expect(told.contains("give it another id, or leave ensemble.stacking out"))
        #expect(
            complaint("stacking", "{}").isEmpty && complaint("free", "{ stacking: {} }").isEmpty)
    }

    @Test(arguments: [
        (
            "{ rule: adahedge, eta: 0.1 }",
            "ensemble.eta was given, which the rule adahedge does not have"
        ),
        ("{ rule: hedge, alpha: 0.1 }", "take a rule that has it: fixed-share, ewa-share"),
        ("{ rule: boa, form: paper }", "take a rule that has it: ml-poly, ml-prod"),
        ("{ rule: boa, prior: uniform }", "take a rule that has it: squint"),
        ("{ rule: layers }", "ensemble.rule was layers, and no layers are given"),
        ("{ layers: [{ rule: boa }] }", "ensemble has layers, and its rule was hedge"),
        ("{ top: { rule: boa } }", "ensemble has layers, and its rule was hedge"),
        (
            "{ rule: layers, layers: [{ rule: layers }] }",
            "ensemble.layers[0].rule was layers, which cannot stand there"
        ),
        (
            "{ rule: layers, layers: [{ rule: squint, eta: 1 }] }",
            "ensemble.layers[0].eta was given, which the rule squint does not have"
        ),
        ("{ rule: layers, layers: [{ eta: 1 }] }", "ensemble.layers[0].rule is missing"),
        ("{ floor: 0.5, cap: 0.4 }", "ensemble.floor was 0.5, above cap, 0.4"),
        ("{ floor: 0.5, group_cap: 0.4 }", "ensemble.floor was 0.5, above group_cap, 0.4"),
        ("{ cap: 1.5 }", "ensemble.cap was \"1.5\""), ("{ floor: 0 }", "ensemble.floor was \"0\""),
        (
            "{ drift: { detector: adwin, threshold: 5 } }",
            "ensemble.drift.threshold was given, which adwin does not have"
        ),
        ("{ drift: { detector: page-hinkly }}", "did you mean \"page-hinkley\"?"),
        (
            "{ loss: net-utility, positions: { rule: squint } }",
            "ensemble.positions was given, and loss was net-utility"
        ),
        (
            "{ positions: { rule: layers } }",
            "ensemble.positions.rule was layers, which cannot stand there"
        ),
        ("{ drift: { threshold: 5 } }", "ensemble.drift.detector is missing"),
        ("{ regimes: trend }", "ensemble.regimes was \"trend\""),
        ("{ loss: crps }", "allowed: log | brier | pinball | net-utility"),
        ("{ expiry: 0s }", "ensemble.expiry was \"0s\""),
        ("{ stacking: { rule: lasso } }", "allowed: nonnegative | ridge"),
        ("{ stacking: { lambda: 0 } }", "ensemble.stacking.lambda was \"0\""),
        ("{ stacking: { purge: soon } }", "ensemble.stacking.purge was \"soon\""),
        ("{ stacking: { refit: 0 } }", "ensemble.stacking.refit was \"0\""),
        ("{ stacking: { embargo: 1h } }", "embargo"),
    ])
    func `is refused with a reason`(ensemble: String, message: String) {
        #expect(complaint(ensemble).contains(message), "\(complaint(ensemble))")
    }
}

@Suite struct `The allocation of an account` {
    private func complaint(_ allocation: String, strategies: Int = 2) -> String {
        let list = (0..<strategies).map { "{ id: s\($0), plugin: a.b, capital: 1 }" }
        let text = """
            data: x
            instruments: [{ name: A/USD, interval: 1m }]
            accounts:
              - id: main
                equity: 10
                allocation: \(allocation)
                strategies: [\(list.joined(separator: ", "))]

            """
        do throws(ConfigProblems) {
            _ = try RunFile.read(try ConfigDocument(Array(text.utf8), file: "run.yaml"))
            return ""
        } catch { return error.messages.flatMap(\.lines).joined(separator: "\n") }
    }

    @Test(arguments: [
        ("{ every: 1d }", 2, ""),
        ("{ every: 1d, rule: fixed-share, eta: 2, floor: 0.1, cap: 0.6, move_max: 0.2 }", 3, ""),
        ("{ every: 1d }", 1, "has an allocation and 1 strategies"),
        ("{ rule: squint }", 2, "allocation.every is missing"),
        ("{ every: 1d, rule: newton-step, eta: 2 }", 9, ""),
        ("{ every: 1d, rule: universal }", 9, "rule was universal, for 9 strategies"),
        ("{ every: 1d, rule: universal, eta: 2 }", 2, "the rule universal does not have"),
        ("{ every: 1d, rule: layers }", 2, "rule was \"layers\""),
        ("{ every: 1d, eta: 1 }", 2, "eta was given, which the rule squint does not have"),
        ("{ every: 1d, floor: 0.4 }", 3, "floor was 0.4, more than 1 for 3 strategies together"),
        ("{ every: 1d, floor: 0.3, cap: 0.2 }", 2, "floor was 0.3, above cap, 0.2"),
        ("{ every: 1ms }", 2, "every was \"1ms\""),
    ])
    func `is read, or refused with a reason`(allocation: String, strategies: Int, message: String) {
        let found = complaint(allocation, strategies: strategies)
        #expect(message.isEmpty ? found.isEmpty : found.contains(message), "\(found)")
    }
}
