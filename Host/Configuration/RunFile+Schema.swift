// The run file's schema as data: each key once, with its kind, default and meaning.

private let year: Int64 = 365 * 86_400_000_000_000

/// Basis points of notional in rates of 10^-9: five decimals of a basis point.
func bps(_ range: ClosedRange<Int64>) -> Kind<Int64> {
    .decimal(
        "basis points of notional", decimals: 5,
        range.lowerBound * 100_000...range.upperBound * 100_000)
}

private let instrumentNames = Kind.list(
    of: .text("the name of an instrument", limit: 64), 0...10_000)

extension RunFile {
    /// Every key of a run file, for documentation.
    package static var notes: [FieldNote] { fields.map(\.note) }

    static func schema(of document: ConfigDocument) -> Record<RunFile> {
        Record(name: "a run file", initial: RunFile(document: document), fields: fields)
    }

    private static var fields: [Field<RunFile>] {
        [
            .optional(
                "name", .text(limit: 200), \.name, standard: "the file's name", "title of the run"),
            .optional(
                "seed", .integer(0 ... .max), \.seed, standard: "0", "seed of all random numbers"),
            .optional("from", .time, \.from, "first instant of the run; without it, of the data"),
            .optional(
                "to", .time, \.to, "first instant after the run; without it, the end of the data"),
            .optional(
                "batch_limit", .integer(1...4096), \.batchLimit, standard: "4096",
                "most rows in one call of a plugin; never changes a result"),
            .optional(
                "data", .text("a folder"), \.data, standard: "data",
                "data folder that holds history/, from the run file's folder"),
            .optional(
                "equity_interval", .duration(1_000_000_000...year), \.equityInterval,
                standard: "1d",
                "time between two points of the equity curve"),
            .optional(
                "instruments", .list(of: SeriesChoice.schema.kind, 1...10_000), \.instruments,
                standard: "those of the universe", "stored series that the run reads"),
            .optional(
                "texts", .list(of: .text("a name", limit: 64), 0...100), \.texts, standard: "[]",
                "stored series of news and posts that plugins may read"),
            .optional(
                "universe", UniverseSettings.schema.kind, \.universe,
                "chooses further instruments by what is known at from"),
            .optional(
                "currencies", .list(of: CurrencyEntry.schema.kind, 0...1_000), \.currencies,
                standard: "[]", "what other currencies than an account's are worth"),
            .optional(
                "venue", VenueSettings.schema.kind, \.venue, standard: "", "the simulated venue"),
            .optional(
                "plugins", PluginSettings.schema.kind, \.plugins, standard: "", "plugin folders"),
            .optional(
                "rollback", .choice, \.rollback, standard: "never",
                "whether a plugin in quarantine gives place to its last version that ran well "
                    + "(allowed), or the run is refused (never)"),
            .optional(
                "models", .list(of: ModelEntry.schema.kind, 0...1_000), \.models, standard: "[]",
                "models whose forecasts the ensemble weighs"),
            .optional(
                "indicators", .list(of: IndicatorEntry.schema.kind, 0...1_000), \.indicators,
                standard: "[]", "functions of bound C libraries that publish named series"),
            .optional(
                "record_series", .flag, \.recordsSeries, standard: "false",
                "whether every number that models publish is recorded"),
            .optional(
                "ensemble", EnsembleSettings.schema.kind, \.ensemble, standard: "",
                "how forecasts are weighed"),
            .optional(
                "requests", RequestSettings.schema.kind, \.requests,
                "what strategies may ask over the network; without it nothing"),
            .required(
                "accounts", .list(of: AccountEntry.schema.kind, 1...1_000), \.accounts,
                "accounts with their money, limits and strategies"),
        ]
    }
}

extension SeriesChoice {
    static let schema = Record(
        name: "series", initial: SeriesChoice(),
        fields: [
            .required(
                "name", .text("the name of an instrument", limit: 64), \.name, "such as BTC/USD"),
            .optional("kind", .choice, \.kind, standard: "bars", "what the series holds"),
            .optional(
                "interval", .duration(1_000_000...year), \.interval, "length of a bar; bars only"),
            .optional(
                "adjust", .choice, \.written,
                "prices without splits (else), nor dividends (all), or as they were (none; books)"),
            .optional(
                "stale_after", .duration(1_000_000...year), \.staleAfter,
                "without a row for so long, in open hours, strategies are told that it is stale"),
        ])
}

extension CurrencyEntry {
    static let schema = Record(
        name: "a currency", initial: CurrencyEntry(),
        fields: [
            .required("name", .text("a currency", limit: 16), \.name, "such as EUR"),
            .required(
                "from", .text("the name of an instrument", limit: 64), \.from,
                "instrument of the run whose last price counts, such as EUR/USD"),
        ])
}

extension MarginTierEntry {
    static let schema = Record(
        name: "a margin tier", initial: MarginTierEntry(),
        fields: [
            .optional(
                "instrument", .text("the name of an instrument", limit: 64), \.instrument,
                standard: "", "contract that it holds for; without one, for all that have none"),
            .required(
                "from", .amount("an amount of money", isZeroAllowed: true), \.from,
                "notional in the settlement currency from which it holds; 0 for the first"),
            .required(
                "leverage", .decimal("a leverage", decimals: 6, 1_000_000...1_000_000_000),
                \.leverage, "highest allowed"),
            .required(
                "maintenance", .decimal("a share of notional", decimals: 9, 0...999_999_999),
                \.maintenance, "margin that must be left of what lies in the tier"),
        ])
}

extension MarginSettings {
    static let schema = Record(
        name: "margin settings", initial: MarginSettings(),
        fields: [
            .optional(
                "mode", .choice, \.mode, standard: "cross",
                "whether positions stand for each other (cross) or alone (isolated)"),
            .optional(
                "sides", .choice, \.sides, standard: "one-way",
                "whether strategies' opposite positions net on the venue or stay (hedge)"),
            .optional(
                "leverage", .decimal("a leverage", decimals: 6, 1_000_000...1_000_000_000),
                \.leverage, standard: "1", "notional that one unit of margin opens"),
        ])
}

extension BalanceEntry {
    static let schema = Record(
        name: "a balance", initial: BalanceEntry(),
        fields: [
            .required("currency", .text("a currency", limit: 16), \.currency, "such as EUR"),
            .required("amount", .amount("an amount of money"), \.amount, "cash at the start"),
        ])
}

extension UniverseSettings {
    static let schema = Record(
        name: "a universe", initial: UniverseSettings(),
        fields: [
            .required("top", .integer(1...10_000), \.top, "how many of the best"),
            .optional(
                "by", .choice, \.rank, standard: "dollar-volume", "what the best are best by"),
            .optional(
                "window", .integer(2...10_000), \.window, standard: "20",
                "daily bars that are measured"),
            .optional(
                "min_history", .integer(0...100_000), \.historyMin, standard: "0",
                "least count of daily bars"),
            .optional("min_price", .amount("a price"), \.priceMin, "lowest last close"),
            .optional(
                "min_dollar_volume", .amount("an amount of money"), \.dollarVolumeMin,
                "least mean of close times volume of a day"),
            .optional(
                "currency", .text("a currency", limit: 16), \.currency, "currency of the prices"),
            .optional(
                "interval", .duration(1_000_000...year), \.interval, standard: "1d",
                "length of the bars that the run reads"),
            .optional(
                "adjust", .choice, \.adjust, standard: "splits",
                "prices without splits, nor dividends (all), or as they were (none)"),
        ])
}

extension VenueSettings {
    static let schema = Record(
        name: "venue settings", initial: VenueSettings(),
        fields: [
            .optional("fill", FillSettings.schema.kind, \.fill, standard: "", "how orders fill"),
            .optional(
                "fee_bps", FeeSettings.schema.kind, \.fee, standard: "", "fees; below 0 a rebate"),
            .optional(
                "fee_tiers", .list(of: FeeTierEntry.schema.kind, 0...100), \.feeTiers,
                standard: "[]", "fees by what was traded in 30 days, in place of fee_bps"),
            .optional(
                "latency", LatencySettings.schema.kind, \.latency, standard: "",
                "how long messages take"),
            .optional(
                "margin_tiers", .list(of: MarginTierEntry.schema.kind, 0...10_000), \.marginTiers,
                standard: "[]", "what contracts bind by their size, for accounts with margin"),
            .optional(
                "liquidation_fee_bps", bps(0...1_000), \.liquidationFee, standard: "0",
                "what a liquidation costs"),
            .optional(
                "faults", FaultSettings.schema.kind, \.faults, standard: "",
                "what goes wrong with messages of orders, both ways, by the seed"),
            .optional(
                "refusals", .decimal("a share of orders", decimals: 9, 0...1_000_000_000),
                \.refusals, standard: "0", "share that the venue refuses, by the seed"),
            .optional(
                "self_trade", .choice, \.selfTrade, standard: "expire-taker",
                "what goes when an order would meet one of the same account"),
            .optional(
                "minimum_notional", .amount("an amount of money"), \.minimumNotional,
                "least value of an order; without it any. What only reduces is exempt"),
            .optional(
                "crossing_price", .choice, \.crossingPrice, standard: "close",
                "price of a bar at which opposite targets cross inside an account"),
            .optional(
                "plugin", .text("the id of a plugin", limit: 200), \.plugin,
                "exchange plugin of the paper venue: encodes orders, decodes answers"),
        ])
}

extension FillSettings {
    static let schema = Record(
        name: "fill settings", initial: FillSettings(),
        fields: [
            .optional(
                "bar_path", .choice, \.barPath, standard: "nearest-extreme",
                "order in which a bar's extremes are met"),
            .optional(
                "slippage_bps", bps(0...1_000), \.slippage, standard: "0",
                "what a taker pays beyond the price, on bars and trades"),
            .optional(
                "limit_rule", .choice, \.limitRule, standard: "through",
                "when a resting limit fills on bars and trades"),
            .optional(
                "queue", .choice, \.queue, standard: "pessimistic",
                "what of the cancels at its price was ahead of a resting order"),
            .optional(
                "volume_share", .decimal("a share of volume", decimals: 9, 1...1_000_000_000),
                \.volumeShare, "share of a bar's volume that orders fill; without it any quantity"),
        ])
}

extension FeeTierEntry {
    static let schema = Record(
        name: "a fee tier", initial: FeeTierEntry(),
        fields: [
            .required(
                "from", .amount("an amount of money", isZeroAllowed: true), \.from,
                "value traded in 30 days from which it holds; 0 for the first"),
            .required("maker", bps(-100...1_000), \.maker, "of an order that rested"),
            .required("taker", bps(-100...1_000), \.taker, "of an order that did not"),
        ])
}

extension FeeSettings {
    static let schema = Record(
        name: "fees", initial: FeeSettings(),
        fields: [
            .optional(
                "maker", bps(-100...1_000), \.maker, standard: "0", "of an order that rested"),
            .optional(
                "taker", bps(-100...1_000), \.taker, standard: "0", "of an order that did not"),
        ])
}

extension FaultSettings {
    private static let range: ClosedRange<Int64> = 1...3_600_000_000_000

    private static var share: Kind<Int64> {
        .decimal("a share of messages", decimals: 9, 0...900_000_000)
    }

    static let schema = Record(
        name: "faults", initial: FaultSettings(),
        fields: [
            .optional("lost", share, \.lost, standard: "0", "share that never comes"),
            .optional("doubled", share, \.doubled, standard: "0", "share that comes twice"),
            .optional(
                "late", share, \.late, standard: "0", "share that comes late and is overtaken"),
            .optional(
                "delay", .duration(range), \.delay, standard: "5s",
                "the most by which a late one is late"),
            .optional(
                "patience", .duration(range), \.patience, standard: "30s",
                "without an answer for so long an order is unknown and asked for"),
        ])
}

extension LatencySettings {
    private static let range: ClosedRange<Int64> = 0...3_600_000_000_000

    static let schema = Record(
        name: "delays", initial: LatencySettings(),
        fields: [
            .optional(
                "order", .duration(range), \.order, standard: "0s", "from the host to the venue"),
            .optional(
                "report", .duration(range), \.report, standard: "0s", "from the venue to the host"),
            .optional(
                "jitter", .duration(range), \.jitter, standard: "0s",
                "up to so much longer for each message, by the seed"),
            .optional(
                "recorded", .flag, \.isRecorded, standard: "false",
                "whether each message takes as long again as the market data took"),
            .optional(
                "clock_offset",
                .scalar("auto | least | a time of up to 24h such as 12ms or -3ms") {
                    ClockSetting($0)
                }, \.clock, standard: "auto",
                "what of that is the clocks': all below 0 (auto), the least so far, or so much"),
        ])
}

extension PluginSettings {
    static let schema = Record(
        name: "plugin settings", initial: PluginSettings(),
        fields: [
            .optional(
                "path", .list(of: .text("a folder"), 0...100), \.path, standard: "[]",
                "folders searched before the standard ones, from the run file's folder")
        ])
}

extension IndicatorEntry {
    static let schema = Record(
        name: "an indicator", initial: IndicatorEntry(),
        fields: [
            .required(
                "id", .identifier, \.id,
                "name of the series; further outputs than one are id/output"),
            .required(
                "binding", .text("a folder"), \.binding,
                "a C library with its binding.json, from the run file's folder"),
            .required(
                "function", .text("a function", limit: 200), \.function,
                "as rialto indicator list names it"),
            .optional(
                "input", .choice, \.input, "what it is given where it reads a price; else close"),
            .optional(
                "window", .integer(1...100_000), \.window, standard: "1000",
                "most bars of one call: this one and those before it"),
            .optional(
                "instruments", instrumentNames, \.instruments, standard: "all of the run",
                "instruments whose bars it reads"),
            .optional(
                "parameters", .parameters, \.parameters, standard: "{}", "the function's scalars"),
        ])
}

extension ModelEntry {
    static let schema = Record(
        name: "a model", initial: ModelEntry(),
        fields: [
            .required("id", .identifier, \.id, "name of this model in the run"),
            .required(
                "plugin", .text("the id of a plugin", limit: 200), \.plugin, "its plugin"),
            .optional(
                "instruments", instrumentNames, \.instruments, standard: "all of the run",
                "instruments it forecasts"),
            .optional(
                "parameters", .parameters, \.parameters, standard: "{}", "the plugin's parameters"),
            .optional(
                "files", .parameters, \.files, standard: "{}",
                "files it may read: a name, and a path or path#sha256"),
            .optional(
                "latency", .duration(0...3_600_000_000_000), \.latency, standard: "0s",
                "time from an event to the forecast that answers it"),
            .optional("enabled", .flag, \.isEnabled, standard: "true", "whether it takes part"),
        ])
}

extension AccountEntry {
    static let schema = Record(
        name: "an account", initial: AccountEntry(),
        fields: [
            .required("id", .identifier, \.id, "name of the account"),
            .optional(
                "currency", .text("a currency", limit: 16), \.currency, standard: "USD",
                "of its cash"),
            .required("equity", .amount("an amount of money"), \.equity, "cash at the start"),
            .optional(
                "balances", .list(of: BalanceEntry.schema.kind, 0...1_000), \.balances,
                standard: "[]", "cash in other currencies, beside the strategies' capital"),
            .optional(
                "margin", MarginSettings.schema.kind, \.margin,
                "how it borrows against contracts; without it, they are paid in full"),
            .optional(
                "risk", RiskSettings.schema.kind, \.risk, standard: "",
                "limits; without one, no limit"),
            .optional(
                "execution", ExecutionSettings.schema.kind, \.execution,
                "how what targets want of the market is worked; without it, at once"),
            .optional(
                "allocation", AllocationSettings.schema.kind, \.allocation,
                "how capital moves between its strategies; without it, it stays"),
            .optional(
                "when_down", .choice, \.whenDown, standard: "cancel-opening",
                "when a strategy's plugin is gone: all its orders go on (keep), those that open a "
                    + "position go (cancel-opening), all go (cancel-all), its positions too "
                    + "(flatten)"),
            .optional(
                "strategies", .list(of: StrategyEntry.schema.kind, 0...1_000), \.strategies,
                standard: "[]", "strategies that trade for it"),
        ])
}

extension ExecutionSettings {
    static let schema = Record(
        name: "execution settings", initial: ExecutionSettings(),
        fields: [
            .required(
                "algorithm", .choice, \.rule,
                "equal parts (twap), by expected volume (vwap), least cost (shortfall)"),
            .required(
                "duration", .duration(1_000_000_000...31 * 86_400_000_000_000), \.duration,
                "time over which a change of target is worked"),
            .optional(
                "aversion", .decimal("a number", decimals: 6, 0...4_294_967_295), \.aversion,
                standard: "0.000001", "risk aversion per unit of money; shortfall only"),
        ])
}

extension RiskSettings {
    static let schema = Record(
        name: "limits", initial: RiskSettings(),
        fields: [
            .optional(
                "max_order_quantity", .amount("a quantity"), \.maxOrderQuantity,
                "largest order, in the instrument's base"),
            .optional(
                "max_order_notional", .amount("an amount of money"), \.maxOrderNotional,
                "largest order, in the account's currency"),
            .optional(
                "price_band_bps", bps(1...10_000), \.priceBand,
                "largest distance of a limit price from the last price"),
            .optional(
                "max_position", .amount("a quantity"), \.maxPosition,
                "largest position either side, in the instrument's base"),
            .optional(
                "max_drawdown", .decimal("a share of equity", decimals: 9, 1...1_000_000_000),
                \.maxDrawdown, "fall from the highest equity at which trading halts"),
        ])
}

extension StrategyEntry {
    static let schema = Record(
        name: "a strategy", initial: StrategyEntry(),
        fields: [
            .required("id", .identifier, \.id, "name of this strategy in its account"),
            .required(
                "plugin", .text("the id of a plugin", limit: 200), \.plugin, "its plugin"),
            .required("capital", .amount("an amount of money"), \.capital, "money that it may use"),
            .optional(
                "instruments", instrumentNames, \.instruments, standard: "all of the run",
                "instruments it trades"),
            .optional(
                "parameters", .parameters, \.parameters, standard: "{}", "the plugin's parameters"),
            .optional(
                "allow_short", .flag, \.allowsShort, standard: "false",
                "whether it may sell what it does not hold"),
            .optional(
                "protection", ProtectionSettings.schema.kind, \.protection,
                "stops that the host keeps for its positions"),
        ])
}

extension ProtectionSettings {
    static let schema = Record(
        name: "protection", initial: ProtectionSettings(),
        fields: [
            .optional(
                "stop", .choice, \.stop, standard: "atr",
                "from the entry (fixed, atr) or from the best price since (trailing, chandelier)"),
            .optional(
                "distance_bps", bps(1...9_999), \.distance, "of a fixed or trailing stop"),
            .optional(
                "length", .integer(1...10_000), \.length, standard: "14",
                "bars of the average true range, of atr and chandelier"),
            .optional(
                "multiple", .decimal("true ranges", decimals: 6, 1...1_000_000_000), \.multiple,
                standard: "3", "distance of atr and chandelier"),
            .optional(
                "profit_lock", .decimal("initial distances", decimals: 6, 1...1_000_000_000),
                \.profitLock, "profit from which the stop is at the entry"),
            .optional(
                "time", .duration(1_000_000...year), \.time, "after which a position is closed"),
        ])
}

extension Kind where Value == [ParameterEntry] {
    /// Names and texts whose meaning only the plugin knows.
    static let parameters = Kind("names and values that the plugin documents", shape: .names) {
        node, path, problems in
        guard case .mapping(let entries) = node.value else {
            problems.add(
                node.place, "\(path) was \(node.found)", allowed: "a mapping of names to values")
            return nil
        }
        return entries.compactMap { entry in
            guard case .scalar(let scalar) = entry.node.value else {
                problems.add(
                    entry.node.place, "\(path.key(entry.key)) was \(entry.node.found)",
                    allowed: "a number, a flag or text")
                return nil
            }
            return ParameterEntry(name: entry.key, text: scalar.text)
        }
    }
}
