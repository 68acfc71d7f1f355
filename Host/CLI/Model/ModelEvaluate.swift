import RialtoBacktest
import RialtoFeatures
import RialtoHistory
import RialtoLearning
import RialtoText
import RialtoValues

/// `rialto model evaluate FILE SERIES`: asks a model bar by bar, as a live run would.
enum ModelEvaluate {
    static let command = Command(
        "evaluate", "ask a model about bars that it has not seen, and score it",
        discussion:
            "Bars until the last that it has learned of only warm up, and bars after its expiry\n"
            + "are left out. With --in-sample they count, which is no evidence of anything.",
        arguments: [
            Argument("file", .file([".rialto"]), "a model file"), SeriesName.argument(),
        ],
        options: [
            Option("from", .text("TIME"), "first close"),
            Option("until", .text("TIME"), "first close that is left out"),
            Option(flag: "in-sample", "ask it about what it has learned from, too"),
            DataFolder.option, PluginCommand.path, Grants.file,
        ],
        examples: [
            Example("rialto model evaluate btc.rialto BTC/USD bars 1m --from 2019-10-01", "")
        ]
    ) { invocation, console in
        let path = invocation.required("file"), file = try ModelCommand.file(path)
        let table = try table(invocation, file)
        let began = ContinuousClock.now
        let judged = try judge(file, table, invocation)
        let took = ContinuousClock.now - began
        guard !judged.isEmpty else {
            throw HouseMessage(
                "there is no bar that it can be judged on",
                details: [
                    .init("learned until", UnixTime.text(file.until_ns)),
                    .init("rows", "\(table.rows.count)"),
                ], help: "import later bars, or ask about its own with --in-sample")
        }
        let scores = ModelScores(
            file.kind == "ppo" ? .net : .logLoss, judged, costBps: file.score("cost_bps") ?? 0,
            span: table.labels.span
        ).scores
        Facts(
            [
                (.init("file"), .text(path)), (.init("kind"), .text(file.kind)),
                (.init("from"), .time(table.table.time_ns[judged[0].row])),
                (
                    .init("until"),
                    .time(table.table.time_ns[judged[judged.count - 1].row])
                ),
                (.init("in_sample", "in sample"), .flag(invocation.flag("in-sample"))),
                (.init("rows_judged", "rows judged"), .count(judged.count)),
                (
                    .init("row_us", "time of a row, us"),
                    .number(took / .microseconds(judged.count), decimals: 2)
                ),
            ] + ModelCard.scores(scores) + [(.init("verdict"), .text(ModelCard.verdict(scores)))]
        ).print(to: console)
        return .done
    }

    private static func table(_ invocation: Invocation, _ file: ModelFile) throws -> ModelTable {
        let folder = DataFolder.history(invocation)
        let key = try SeriesName(invocation.texts("series")).found(in: folder).key
        let schema: FeatureSchema
        do throws(FeatureError) {
            schema = try FeatureSchema(file.features, interval_ns: file.interval_ns)
        } catch { throw error.house }
        guard schema.hash == file.schemaHash else {
            throw HouseMessage(
                "the model was trained on features with hash \(file.schemaHash); those of this "
                    + "build have \(schema.hash)", help: "train it again with rialto model train")
        }
        guard key.kind == .bars, key.interval_ns == file.interval_ns else {
            throw HouseMessage(
                "\(key.text) are not bars as it was trained on",
                details: [.init("trained on", file.data)], help: "name bars of the same length")
        }
        let bars = try folder.open(key)
        let table = FeatureTable(schema, bars, try FeaturesExport.sources(schema, key, folder))
        let isOpen = invocation.flag("in-sample"), end = file.expires_ns
        let from = try invocation.time("from"), until = try invocation.time("until")
        return ModelTable(
            table, horizon_ns: file.horizon_ns, length: file.length,
            from_ns: isOpen ? from : max(file.until_ns + 1, from ?? .min),
            until_ns: isOpen || end == 0 ? until : min(end, until ?? .max))
    }

    private static func judge(
        _ file: ModelFile, _ table: ModelTable, _ invocation: Invocation
    ) throws -> [JudgedRow] {
        var forecaster = try ModelEngines.forecaster(file, invocation), judged: [JudgedRow] = [],
            position = 0.0
        var asked = table.rows[...]
        for row in table.table.time_ns.indices {
            guard let next = asked.first else { break }
            forecaster.take(Array(table.table.row(row)))
            guard row == next else { continue }
            asked = asked.dropFirst()
            guard let opinion = forecaster.opinion(position: position) else { continue }
            var probability = 0.5
            switch opinion {
            case .probabilityUp(let value):
                probability = value
                position = value > 0.5 ? 1 : -1
            case .position(let wanted): position = wanted
            }
            judged.append(
                JudgedRow(
                    row: row, probability: probability, target: table.target(row),
                    naive: file.score("rises") ?? 0.5, position: position,
                    next: table.next[row]))
        }
        return judged
    }
}
