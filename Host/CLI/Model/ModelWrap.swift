import RialtoEngines
import RialtoFeatures
import RialtoHistory
import RialtoLearning
import RialtoText

/// `rialto model wrap FILE.onnx SERIES --to FILE`: makes a model file of a network that was trained
/// elsewhere.
enum ModelWrap {
    static let command = Command(
        "wrap", "make a model file of an ONNX network that was trained elsewhere",
        discussion:
            "The network takes one window, 1 x bars x features in floats of 32 bits (or\n"
            + "1 x features for one bar), the oldest bar first, and gives one number. What it\n"
            + "has learned from has to be said: it is not asked about bars until then. Its\n"
            + "features are standardised by --means and --deviations, in the order of\n"
            + "--features, and cut at 8 deviations. Where ONNX Runtime is installed\n"
            + "(scripts/fetch-engines onnxruntime) the network is run once.",
        arguments: [
            Argument("file", .file([".onnx"]), "an ONNX network with its weights inside"),
            SeriesName.argument(),
        ],
        options: [
            Option("to", .file([".rialto"]), "the file to write"),
            Option("features", .text("LIST"), "names with commas; else as features export"),
            Option("length", .integer(1...512), "bars of a window", standard: "1"),
            Option("horizon", .text("LENGTH"), "how far ahead it looks", standard: "15m"),
            Option(
                "output", .choice(["logit", "probability"]), "what it gives", standard: "logit"),
            Option("means", .text("LIST"), "taken off each feature; else 0"),
            Option("deviations", .text("LIST"), "each feature is divided by; else 1"),
            Option("from", .text("TIME"), "first bar that it has learned from"),
            Option("until", .text("TIME"), "the last instant that it has learned anything of"),
            Option("valid", .text("LENGTH"), "after that it may be asked for so long"),
            DataFolder.option,
        ],
        examples: [
            Example(
                "rialto model wrap net.onnx BTC/USD bars 1m --length 32 --from 2019-01-01 "
                    + "--until 2019-07-01 --to net.rialto", "")
        ]
    ) { invocation, console in
        guard let path = invocation.text("to") else {
            throw HouseMessage.wrongCall("no file was named", help: "add --to FILE.rialto")
        }
        let file = try file(invocation)
        let isTried = try trial(file, invocation)
        try TextFile.write(file.bytes, to: path)
        ModelCard(file, path: path).print(to: console)
        if !isTried {
            console.note("it was not run: scripts/fetch-engines onnxruntime gets the engine")
        }
        return .done
    }

    private static func file(_ invocation: Invocation) throws -> ModelFile {
        let place = invocation.required("file")
        let bytes = try TextFile.read(place, limit: EngineShape.bytesMax)
        let folder = DataFolder.history(invocation)
        let key = try SeriesName(invocation.texts("series")).found(in: folder).key
        guard key.kind == .bars else {
            throw HouseMessage.wrongCall(
                "\(key.text) holds no bars", help: "name bars, such as \(key.instrument) bars 1m")
        }
        let schema = try FeaturesExport.schema(invocation, key)
        let length = invocation.integer("length") ?? 1, width = schema.features.count
        do throws(EngineFailure) {
            _ = try ONNXGraph(bytes).shape(length: length, features: width)
        } catch {
            throw HouseMessage("\(place) was refused: \(error.text)", help: help(error.text))
        }
        let shape = try shape(invocation, bytes, width, length)
        let from_ns = try time(invocation, "from"), until_ns = try time(invocation, "until")
        let valid_ns = try invocation.length("valid")
        let horizon_ns = try invocation.length("horizon") ?? 0
        let means = try numbers(invocation, "means", 0, width)
        let deviations = try numbers(invocation, "deviations", 1, width)
        do throws(ModelFileError) {
            return try ModelFile(
                network: .engine(shape), features: schema.names, interval_ns: schema.interval_ns,
                schemaHash: schema.hash, data: key.text, horizon_ns: horizon_ns, from_ns: from_ns,
                until_ns: until_ns, expires_ns: valid_ns.map { until_ns + $0 } ?? 0, seed: 0,
                means: means, deviations: deviations, slope: 1, intercept: 0, scores: [],
                weights: [])
        } catch { throw HouseMessage(error.text, help: "change the option that it is about") }
    }

    private static func help(_ text: String) -> String {
        text.contains(" x ")
            ? "say --length and --features as it was trained, or export it for one window"
            : "export it anew, with one input, one output and its weights inside"
    }

    private static func shape(
        _ invocation: Invocation, _ bytes: [UInt8], _ width: Int, _ length: Int
    ) throws(HouseMessage) -> EngineShape {
        let output = EngineShape.Output(rawValue: invocation.text("output") ?? "") ?? .logit
        do throws(NetworkShape.Refusal) {
            return try EngineShape(
                kind: "onnx", engine: ONNXRuntime.id, version: EngineShape.anyVersion,
                features: width,
                length: length, output: output, bytes: bytes)
        } catch { throw .wrongCall(error.text, help: "change the option of that name") }
    }

    private static func time(
        _ invocation: Invocation, _ name: String
    ) throws(HouseMessage) -> Int64 {
        if let time_ns = try invocation.time(name) { return time_ns }
        throw .wrongCall(
            "--\(name) was left out: what it has learned from has to be said",
            help: "such as --from 2019-01-01 --until 2019-07-01")
    }

    private static func numbers(
        _ invocation: Invocation, _ name: String, _ standard: Double, _ count: Int
    ) throws(HouseMessage) -> [Double] {
        guard let text = invocation.text(name) else {
            return [Double](repeating: standard, count: count)
        }
        let words = text.split { $0 == "," || $0 == " " }, numbers = words.compactMap { Double($0) }
        guard numbers.count == words.count, numbers.count == count else {
            throw .wrongCall(
                "--\(name) was \"\(text)\"; allowed are \(count) numbers, one for each feature",
                help: "part them with commas")
        }
        return numbers
    }

    /// Runs the network once where its engine is installed. Returns whether it is.
    private static func trial(_ file: ModelFile, _ invocation: Invocation) throws -> Bool {
        guard try ModelEngines.library(ONNXRuntime.id) != nil else { return false }
        _ = try ModelEngines.forecaster(file, invocation)
        return true
    }
}
