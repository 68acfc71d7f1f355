import RialtoText
import RialtoValues

/// What must hold between the values of a run file, as far as can be told without data or plugins.
enum RunChecks {
    static func check(_ run: RunFile, _ problems: inout Problems) {
        var report = Report(run: run, problems: problems)
        span(&report)
        universe(&report)
        instruments(&report)
        feeTiers(&report)
        marginTiers(&report)
        currencies(&report)
        faults(&report)
        clocks(&report)
        uniqueIDs(&report)
        ensemble(run.ensemble) { path, text, help in report.add(path, text, help: help) }
        stacking(run) { path, text, help in report.add(path, text, help: help) }
        requests(run.requests) { path, text, help in report.add(path, text, help: help) }
        for (index, model) in run.models.enumerated() {
            known(model.instruments, ConfigPath("models").index(index), &report)
        }
        for (index, indicator) in run.indicators.enumerated() {
            known(indicator.instruments, ConfigPath("indicators").index(index), &report)
        }
        for (index, account) in run.accounts.enumerated() {
            let path = ConfigPath("accounts").index(index)
            capital(account, path, &report)
            allocation(account, path.key("allocation")) { path, text, help in
                report.add(path, text, help: help)
            }
            for (index, strategy) in account.strategies.enumerated() {
                known(strategy.instruments, path.key("strategies").index(index), &report)
                protection(strategy, path.key("strategies").index(index), &report)
            }
        }
        problems = report.problems
    }

    private struct Report {
        let run: RunFile
        var problems: Problems

        mutating func add(
            _ path: ConfigPath, _ text: String, allowed: String = "", help: String = ""
        ) {
            problems.add(run.document.place(of: path), text, allowed: allowed, help: help)
        }
    }

    private static func span(_ report: inout Report) {
        guard let from = report.run.from, let to = report.run.to, to <= from else { return }
        report.add(
            ConfigPath("to"), "to was \(UnixTime.text(to)), not after from, \(UnixTime.text(from))",
            help: "to is the first instant that no longer belongs to the run")
    }

    private static func universe(_ report: inout Report) {
        let run = report.run
        guard run.universe != nil else {
            guard run.document.root["instruments"] == nil else { return }
            return report.add(
                ConfigPath("instruments"), "instruments is missing",
                allowed: "a list of series, or a universe",
                help: "add the key: stored series that the run reads")
        }
        guard run.from == nil else { return }
        report.add(
            ConfigPath("universe"), "universe is there, but from is not",
            help: "add from: the universe is chosen by what is known then")
    }

    private static func protection(
        _ strategy: StrategyEntry, _ path: ConfigPath, _ report: inout Report
    ) {
        guard let settings = strategy.protection else { return }
        let isShare = settings.stop == .fixed || settings.stop == .trailing
        if isShare, settings.distance == nil {
            report.add(
                path.key("protection"), "\(path).protection has no distance_bps",
                help: "a \(settings.stop.rawValue) stop needs one, such as distance_bps: 200")
        }
        guard !isShare, let name = withoutRange(strategy, report.run) else { return }
        report.add(
            path.key("protection").key("stop"),
            "\(path).protection.stop was \(settings.stop.rawValue), and \(name) is not traded "
                + "on bars",
            allowed: "fixed | trailing",
            help: "true ranges are taken from bars: give \(name) bars, and no trades beside them")
    }

    /// The first instrument of a strategy that the venue does not see bars of, or nil.
    private static func withoutRange(_ strategy: StrategyEntry, _ run: RunFile) -> String? {
        let names =
            strategy.instruments.isEmpty ? run.instruments.map(\.name) : strategy.instruments
        return names.first { name in
            let kinds = run.instruments.filter { $0.name == name }.map(\.kind)
            return !kinds.isEmpty && (!kinds.contains(.bars) || kinds.contains(.trades))
        }
    }

    private static func feeTiers(_ report: inout Report) {
        let tiers = report.run.venue.feeTiers
        for (index, tier) in tiers.enumerated() {
            let path = ConfigPath("venue").key("fee_tiers").index(index).key("from")
            let least = index == 0 ? 0 : tiers[index - 1].from
            guard index == 0 ? tier.from != 0 : tier.from <= least else { continue }
            report.add(
                path, "\(path) was \(ExactDecimal.shortText(tier.from, decimals: 18))",
                allowed: index == 0
                    ? "0: the first tier holds from the start"
                    : "above \(ExactDecimal.shortText(least, decimals: 18)), where the last begins")
        }
    }

    private static func marginTiers(_ report: inout Report) {
        var last: [String: MarginTierEntry] = [:]
        for (index, tier) in report.run.venue.marginTiers.enumerated() {
            let path = ConfigPath("venue").key("margin_tiers").index(index)
            let before = last.updateValue(tier, forKey: tier.instrument)
            let least = before?.from ?? 0
            if before == nil ? tier.from != 0 : tier.from <= least {
                let text = ExactDecimal.shortText(tier.from, decimals: 18)
                report.add(
                    path.key("from"), "\(path.key("from")) was \(text)",
                    allowed: before == nil
                        ? "0: the first tier holds from the start"
                        : "above \(ExactDecimal.shortText(least, decimals: 18)), "
                            + "where the last begins")
            }
            if Int128(tier.maintenance) * Int128(tier.leverage) >= 1_000_000_000_000_000 {
                report.add(
                    path.key("maintenance"),
                    "\(path) asks for more maintenance than its leverage leaves to begin with",
                    allowed: "below 1 / leverage")
            }
            if let before, tier.leverage > before.leverage || tier.maintenance < before.maintenance
            {
                report.add(
                    path, "\(path) asks for less than the tier before it",
                    allowed: "no more leverage, and no less maintenance, than the tier before")
            }
            if !tier.instrument.isEmpty {
                known([tier.instrument], path.key("instrument"), &report, isList: false)
            }
        }
    }

    private static func currencies(_ report: inout Report) {
        for (index, entry) in report.run.currencies.enumerated() {
            let path = ConfigPath("currencies").index(index).key("from")
            known([entry.from], path, &report, isList: false)
        }
        for (index, account) in report.run.accounts.enumerated() {
            for (number, balance) in account.balances.enumerated()
            where balance.currency == account.currency {
                let path = ConfigPath("accounts").index(index).key("balances").index(number)
                report.add(
                    path.key("currency"), "\(path) is in the account's own currency",
                    help: "add it to equity")
            }
        }
    }

    /// Clocks are set right in what is recorded, and nowhere else.
    private static func clocks(_ report: inout Report) {
        let latency = report.run.venue.latency
        guard latency.clock != .auto, !latency.isRecorded else { return }
        let path = ConfigPath("venue").key("latency").key("clock_offset")
        report.add(
            path, "\(path) is given, but latency is not as recorded",
            help: "add recorded: true, or remove clock_offset")
    }

    /// An order that takes longer than the venue's patience would never be taken.
    private static func faults(_ report: inout Report) {
        let faults = report.run.venue.faults, latency = report.run.venue.latency
        let longest = latency.order + latency.jitter
        guard faults != FaultSettings(), faults.patience <= longest else { return }
        let path = ConfigPath("venue").key("faults").key("patience")
        report.add(
            path, "\(path) was \(seconds(faults.patience))",
            allowed: "above \(seconds(longest)), which an order may take by venue.latency",
            help: "the venue takes no order that was under way for longer")
    }

    private static func seconds(_ duration_ns: Int64) -> String {
        ExactDecimal.shortText(Int128(duration_ns), decimals: 9) + "s"
    }

    private static func instruments(_ report: inout Report) {
        var seen: Set<String> = []
        for (index, series) in report.run.instruments.enumerated() where !series.name.isEmpty {
            let path = ConfigPath("instruments").index(index)
            if !seen.insert("\(series.name) \(series.kind)").inserted {
                let kind = series.kind.rawValue
                report.add(path, "\(path) names \(series.name) \(kind) a second time")
            }
            if let first = report.run.instruments.first(where: { $0.name == series.name }),
                first.adjust != series.adjust
            {
                report.add(
                    path,
                    "\(path) has adjust \(series.adjust.rawValue), and another series of "
                        + "\(series.name) has \(first.adjust.rawValue)",
                    help: "give all series of one instrument the same adjust")
            }
            if series.kind == .book, series.adjust != .none {
                report.add(
                    path, "\(path) is a book, whose prices cannot be adjusted",
                    help: "remove adjust: splits and dividends are events of the run then")
            }
            if let interval = series.interval, let limit = series.staleAfter, limit <= interval {
                report.add(
                    path.key("stale_after"),
                    "\(path) is stale after \(seconds(limit)), and its bars come no sooner",
                    allowed: "above \(seconds(interval)), its interval")
            }
            if series.kind == .bars, series.interval == nil {
                report.add(
                    path, "\(path) is bars without an interval",
                    help: "add interval: 1m, as imported")
            }
            if series.kind != .bars, series.interval != nil {
                report.add(
                    path.key("interval"), "\(path) has an interval, but is \(series.kind.rawValue)",
                    help: "remove interval, or set kind: bars")
            }
        }
    }

    private static func uniqueIDs(_ report: inout Report) {
        unique(report.run.models.map(\.id), ConfigPath("models"), "model", &report)
        indicatorIDs(&report)
        unique(report.run.accounts.map(\.id), ConfigPath("accounts"), "account", &report)
        for (index, account) in report.run.accounts.enumerated() {
            let path = ConfigPath("accounts").index(index).key("strategies")
            unique(account.strategies.map(\.id), path, "strategy", &report)
        }
    }

    /// Both publish: neither may be called like another.
    private static func indicatorIDs(_ report: inout Report) {
        let models = Set(report.run.models.map(\.id))
        unique(report.run.indicators.map(\.id), ConfigPath("indicators"), "indicator", &report)
        for (index, entry) in report.run.indicators.enumerated() where models.contains(entry.id) {
            report.add(
                ConfigPath("indicators").index(index).key("id"),
                "indicator id \"\(entry.id)\" is a model's already", help: "give it another id")
        }
    }

    private static func unique(
        _ ids: [String], _ path: ConfigPath, _ what: String, _ report: inout Report
    ) {
        var first: [String: Int] = [:]
        for (index, id) in ids.enumerated() where !id.isEmpty {
            if let earlier = first[id] {
                report.add(
                    path.index(index).key("id"), "\(what) id \"\(id)\" is there twice",
                    help: "give \(path.index(index)) an id that \(path.index(earlier)) has not")
            } else {
                first[id] = index
            }
        }
    }

    /// - Parameter isList: Whether `path` is of whoever names them in `instruments`, or of the one
    ///   name itself.
    private static func known(
        _ names: [String], _ path: ConfigPath, _ report: inout Report, isList: Bool = true
    ) {
        let all = report.run.instruments.map(\.name)
        for (index, name) in names.enumerated() where !all.contains(name) {
            report.add(
                isList ? path.key("instruments").index(index) : path,
                "instrument \"\(name)\" is not one of the run",
                allowed: all.joined(separator: ", "), help: Suggestion.help(for: name, among: all))
        }
    }

    private static func capital(_ account: AccountEntry, _ path: ConfigPath, _ report: inout Report)
    {
        var sum: Int128 = 0
        for strategy in account.strategies {
            let (total, overflow) = sum.addingReportingOverflow(strategy.capital)
            sum = overflow ? .max : total
        }
        guard account.equity > 0, sum > account.equity else { return }
        let text = { (units: Int128) in
            ExactDecimal.shortText(units, decimals: 18) + " " + account.currency
        }
        report.add(
            path.key("equity"),
            "capital above equity: the strategies of account \"\(account.id)\" have \(text(sum)), "
                + "the account has \(text(account.equity))",
            help: "lower a strategy's capital, or raise the account's equity")
    }
}
