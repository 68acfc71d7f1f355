import RialtoAnalytics
import RialtoBacktest
import RialtoFeatures
import RialtoHistory
import RialtoText
import RialtoValues

/// `rialto features export SERIES --to FILE`: features, labels and splits of stored bars.
enum FeaturesExport {
    /// What is looked at unless told otherwise.
    private static let standard =
        "price_change_1,price_change_5,volume_ratio_20,rsi_14,macd_12_26_9,bollinger_20_2,atr_14"

    static let command = Command(
        "export", "write features, labels and purged splits of stored bars as CSV or NPZ",
        discussion:
            "Each row is a bar that closed: features of what was known then, and as labels the\n"
            + "logarithmic return of each horizon from then on. Splits say of each row whether it\n"
            + "is for training or testing; rows whose label reaches into a test are for neither.\n"
            + "Rows in which something is not known, or whose horizon is not over, are left out.",
        arguments: [SeriesName.argument()],
        options: [
            Option("to", .file([".csv", ".npz"]), "the file to write"),
            Option("features", .text("LIST"), "names with commas", standard: standard),
            Option("horizons", .text("LIST"), "lengths with commas", standard: "5m,1h"),
            Option("from", .text("TIME"), "first close; bars before it only warm up"),
            Option("until", .text("TIME"), "first close that is left out"),
            Option(
                "splits", .choice(["walk-forward", "expanding", "combinatorial", "none"]),
                "how rows are split", standard: "expanding"),
            Option(
                "folds", .integer(2...100), "parts; of combinatorial, equal ones", standard: "6"),
            Option("test-folds", .integer(1...4), "parts that combinatorial tests", standard: "2"),
            Option("embargo", .text("LENGTH"), "what is left out after a test of combinatorial"),
            Option(flag: "all-rows", "keep rows in which something is not known"),
            DataFolder.option,
        ],
        examples: [
            Example(
                "rialto features export BTC/USD bars 1m --to btc.npz --horizons 15m",
                "arrays features, labels, splits and time_ns for NumPy")
        ]
    ) { invocation, console in
        let folder = DataFolder.history(invocation)
        let key = try SeriesName(invocation.texts("series")).found(in: folder).key
        guard key.kind == .bars else {
            throw HouseMessage.wrongCall(
                "\(key.text) holds no bars", help: "name bars, such as \(key.instrument) bars 1m")
        }
        guard let path = invocation.text("to") else {
            throw HouseMessage.wrongCall("no file was named", help: "add --to FILE.csv or FILE.npz")
        }
        let schema = try schema(invocation, key)
        let sources = try sources(schema, key, folder)
        let bars = try folder.open(key)
        var progress = WorkProgress("features", total: bars.count, console: console)
        defer { progress.end() }
        let table = FeatureTable(schema, bars, sources) { progress.update($0) }
        let set = try TrainingSet(
            table, horizons(invocation), from_ns: invocation.time("from"),
            until_ns: invocation.time("until"), keepsAll: invocation.flag("all-rows"))
        guard !set.rows.isEmpty else {
            throw HouseMessage(
                "no row has all features and labels", details: [.init("series", key.text)],
                help: "name a longer period, or keep every row with --all-rows")
        }
        let splits = try splits(invocation, set, interval_ns: key.interval_ns)
        if path.hasSuffix(".npz") {
            try set.archive(splits).write(toFile: path)
        } else {
            try TextFile.write(set.csv(splits), to: path)
        }
        Facts([
            (.init("file"), .text(path)), (.init("rows"), .count(set.rows.count)),
            (.init("left_out", "left out"), .count(set.leftOut)),
            (.init("features"), .count(schema.features.count)),
            (.init("labels"), .count(set.labels.count)), (.init("splits"), .count(splits.count)),
            (.init("purged", "purged rows"), .count(set.span)),
            (.init("schema"), .text(schema.text)), (.init("hash"), .text(schema.hash)),
        ]).print(to: console)
        return .done
    }

    /// The schema that `--features` names.
    static func schema(
        _ invocation: Invocation, _ key: SeriesKey
    ) throws(HouseMessage) -> FeatureSchema {
        let names = words(invocation.text("features") ?? standard)
        do throws(FeatureError) {
            return try FeatureSchema(names, interval_ns: key.interval_ns)
        } catch { throw error.house }
    }

    private static func words(_ list: String) -> [String] {
        list.split { $0 == "," || $0 == " " }.map(String.init)
    }

    private static func horizons(
        _ invocation: Invocation
    ) throws(HouseMessage) -> [TrainingSet.Horizon] {
        var horizons: [TrainingSet.Horizon] = []
        for word in words(invocation.text("horizons") ?? "") {
            let length_ns = try LengthOption.parse(word, "a horizon")
            guard !horizons.contains(where: { $0.length_ns == length_ns }) else {
                throw .wrongCall("the horizon \(word) is in the list twice", help: "name it once")
            }
            horizons.append(.init(name: word, length_ns: length_ns))
        }
        guard (1...16).contains(horizons.count) else {
            throw .wrongCall(
                "there were \(horizons.count) horizons; allowed is 1...16",
                help: "such as --horizons 5m,1h")
        }
        return horizons
    }

    /// Opens what the features are made of beside the bars.
    static func sources(
        _ schema: FeatureSchema, _ key: SeriesKey, _ folder: HistoryFolder
    ) throws -> FeatureTable.Sources {
        var sources = FeatureTable.Sources()
        for feature in schema.features where !feature.source.isEmpty {
            let instrument = key.instrument
            switch feature.source {
            case "quotes": sources.quotes = try open(.quotes, instrument, feature, folder)
            case "open_interest":
                sources.openInterest = try open(.openInterest, instrument, feature, folder)
            case "funding":
                sources.funding = try folder.record(of: instrument).actions.compactMap {
                    guard case .funding(let rate_e9) = $0.change else { return nil }
                    return ($0.time_ns, Double(rate_e9) / 1e9)
                }
                if sources.funding.isEmpty { throw missing("funding rates", instrument, feature) }
            default:
                // All that is stored: what is about other instruments is left out.
                let names = try folder.scanTexts().series.map(\.name)
                sources.texts = []
                sources.take(try names.map { try folder.openTexts($0) }, of: instrument)
                if sources.texts.isEmpty { throw missing("texts", instrument, feature) }
            }
        }
        return sources
    }

    private static func open(
        _ kind: SeriesKind, _ instrument: String, _ feature: Feature, _ folder: HistoryFolder
    ) throws -> Series {
        let key = SeriesKey(instrument: instrument, kind: kind, interval_ns: 0)
        guard folder.has(key) else { throw missing(kind.name, instrument, feature) }
        return try folder.open(key)
    }

    private static func missing(
        _ what: String, _ instrument: String, _ feature: Feature
    ) -> HouseMessage {
        HouseMessage(
            "\(feature.name) is made of \(what), and none of \(instrument) are stored",
            help: "import them with rialto data import, or leave the feature out")
    }

    private static func splits(
        _ invocation: Invocation, _ set: TrainingSet, interval_ns: Int64
    ) throws(HouseMessage) -> [Split] {
        let folds = invocation.integer("folds") ?? 6, count = set.rows.count
        let how = invocation.text("splits") ?? "expanding"
        if how == "none" { return [] }
        guard count / folds > set.span else {
            throw HouseMessage(
                "\(count) rows are too few for \(folds) parts with labels of \(set.span) rows",
                help: "name a longer period, fewer --folds or shorter --horizons")
        }
        if how != "combinatorial" {
            // The first part is trained on; what is purged comes out of it.
            let test = count / folds
            return PurgedSplits.walkForward(
                count: count, train: count - test * (folds - 1) - set.span, test: test,
                purged: set.span, expanding: how == "expanding")
        }
        let tests = invocation.integer("test-folds") ?? 2
        guard tests < folds else {
            throw .wrongCall(
                "--test-folds was \(tests) of \(folds) folds; allowed is fewer than --folds",
                help: "leave some to train on")
        }
        let embargo_ns = try invocation.length("embargo") ?? 0
        return PurgedSplits.combinatorial(
            count: count, folds: folds, tests: tests, purged: set.span,
            embargo: Int((embargo_ns + interval_ns - 1) / interval_ns))
    }
}
