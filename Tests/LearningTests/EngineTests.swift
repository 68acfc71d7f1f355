import Foundation
import RialtoBacktest
import RialtoEngines
import RialtoLearning
import RialtoPluginHost
import RialtoTestSupport
import Testing

/// Engines that are installed, for tests of them.
enum Installed {
    static func library(_ id: String) throws -> EngineLibrary {
        let engine = try #require(try EngineShelf.standard.engine(id))
        let loaded = try LoadedEngines([engine])
        return EngineLibrary(id: id, version: engine.version) { loaded.symbol(id, $0) }
    }

    static func has(_ id: String) -> Bool { (try? EngineShelf.standard.engine(id)) != nil }

    static let areTrees = has("lightgbm") && has("xgboost")
    static let isONNX = has("onnxruntime")
    static let why: Comment = "engines are not installed: scripts/fetch-engines"
}

private func value(_ heading: String, _ text: String) -> String? {
    text.split(separator: "\n").first { $0.hasPrefix(heading + " ") }.map {
        $0.dropFirst(heading.count).trimmingCharacters(in: .whitespaces)
    }
}

private let forests = [
    ("gradient-boosting", "lightgbm"), ("gradient-boosting", "xgboost"),
    ("random-forest", "lightgbm"),
]

extension ModelWorld {
    /// Grows small trees.
    func grow(_ kind: String, _ engine: String, to name: String, _ more: String = "") -> Answer {
        let rows = more.contains("--leaf-rows ") ? "" : "--leaf-rows 30 "
        return train(kind, to: name, "--engine \(engine) --rate 0.1 --trees 40 \(rows)" + more)
    }

    func file(_ name: String) throws -> ModelFile {
        try ModelFile(bytes: [UInt8](Data(contentsOf: URL(filePath: path(name)))))
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(filePath: path(name)))
    }
}

@Suite(.enabled(if: Installed.areTrees, Installed.why)) struct `Trees` {
    @Test(arguments: forests)
    func `find momentum, say what it hangs on, and foretell bars that they have not seen`(
        kind: String, engine: String
    ) throws {
        let world = try ModelWorld(momentum: 0.7)
        let trained = world.grow(kind, engine, to: "m.rialto")
        #expect(trained.status == .done, "\(trained.error)")
        #expect(
            trained.error.contains("fold 1 of 2, tree 10") && trained.error.contains("all bars"))
        #expect(value("network", trained.out)?.hasPrefix("by \(engine) ") == true)
        #expect(value("verdict", trained.out)?.hasPrefix("better") == true, "\(trained.out)")
        let change = Double(value("gain of price_change_1", trained.out) ?? "") ?? 0
        let strength = Double(value("gain of rsi_14", trained.out) ?? "") ?? 0
        #expect(change > 2 * strength && abs(change + strength - 1) < 1e-3, "\(trained.out)")
        #expect(world.rialto("model card @m.rialto").out == trained.out)
        let judged = world.rialto("model evaluate @m.rialto A/USD")
        #expect(judged.status == .done, "\(judged.error)")
        #expect(value("verdict", judged.out)?.hasPrefix("better") == true, "\(judged.out)")
        #expect(Double(value("part right", judged.out) ?? "") ?? 0 > 0.65, "\(judged.out)")
    }

    @Test(arguments: forests)
    func `say that there is no edge where there is none`(kind: String, engine: String) throws {
        let world = try ModelWorld(momentum: 0)
        let trained = world.grow(kind, engine, to: "m.rialto")
        #expect(value("verdict", trained.out)?.hasPrefix("no edge shown") == true, "\(trained.out)")
    }

    @Test(arguments: forests)
    func `are the same bytes for the same seed, and others for another`(
        kind: String, engine: String
    ) throws {
        let world = try ModelWorld(momentum: 0.5)
        for (name, seed) in [("a", 1), ("b", 1), ("c", 2)] {
            let answer = world.grow(kind, engine, to: name + ".rialto", "--seed \(seed)")
            #expect(answer.status == .done, "\(answer.error)")
        }
        let bytes = try ["a", "b", "c"].map {
            try Data(contentsOf: URL(filePath: world.path($0 + ".rialto")))
        }
        #expect(bytes[0] == bytes[1] && bytes[0] != bytes[2])
    }

    @Test(arguments: forests)
    func `forecast the same in both tiers and for every size of batch`(
        kind: String, engine: String
    ) throws {
        guard let plugins = ModelWorld.plugins else { return }
        let world = try ModelWorld(momentum: 0.7)
        #expect(world.grow(kind, engine, to: "m.rialto").status == .done)
        let whole = try world.backtest(kind, file: "m.rialto", plugins: plugins).execute()
        #expect(whole.failures.isEmpty && !whole.forecastDigest.isEmpty, "\(whole.failures)")
        let tables = try RunTables(whole)
        #expect(tables.determinism == .tolerance && tables.engines.contains(engine))
        for limit in [256, 7] {
            let other = try world.backtest(
                kind, file: "m.rialto", plugins: plugins, .sandboxed(WorkerSettings()),
                batchLimit: limit
            ).execute()
            #expect(other.failures.isEmpty, "\(other.failures)")
            #expect(other.digest == whole.digest && other.forecastDigest == whole.forecastDigest)
        }
        #expect(world.grow(kind, engine, to: "n.rialto", "--seed 2").status == .done)
        let another = try world.backtest(kind, file: "n.rialto", plugins: plugins).execute()
        #expect(another.forecastDigest != whole.forecastDigest)
    }

    @Test func `are refused where options and engines do not fit`() throws {
        let world = try ModelWorld(momentum: 0)
        let forest = world.train("random-forest", to: "m.rialto", "--engine xgboost")
        #expect(forest.error.contains("random-forest is grown by lightgbm"), "\(forest.error)")
        let network = world.train("lstm", to: "m.rialto", "--engine xgboost")
        #expect(network.error.contains("lstm is trained without one"), "\(network.error)")
        let few = world.grow("gradient-boosting", "lightgbm", to: "m.rialto", "--leaf-rows 100000")
        #expect(few.error.contains("found nothing to split"), "\(few.error)")
    }

    /// A file of trees with other facts about its engine.
    private func changed(
        _ file: ModelFile, engine: String? = nil, version: String? = nil, bytes: [UInt8]? = nil
    ) throws -> ModelFile {
        guard case .engine(let shape) = file.network else { throw ModelFileError.notAModel }
        return try ModelFile(
            network: .engine(
                try EngineShape(
                    kind: shape.kind, engine: engine ?? shape.engine,
                    version: version ?? shape.version, features: shape.features,
                    bytes: bytes ?? shape.bytes)),
            features: file.features, interval_ns: file.interval_ns, schemaHash: file.schemaHash,
            data: file.data, horizon_ns: file.horizon_ns, from_ns: file.from_ns,
            until_ns: file.until_ns, expires_ns: 0, seed: 1, means: file.means,
            deviations: file.deviations, slope: 1, intercept: 0, scores: [], weights: [])
    }

    @Test(arguments: [false, true])
    func `are refused by a run whose engine is missing or another, and where they are changed`(
        isSandboxed: Bool
    ) throws {
        guard let plugins = ModelWorld.plugins else { return }
        let world = try ModelWorld(momentum: 0.7)
        _ = world.grow("gradient-boosting", "lightgbm", to: "m.rialto")
        let file = try world.file("m.rialto")
        try world.write(try changed(file, engine: "nosuch").bytes, to: "missing.rialto")
        try world.write(try changed(file, version: "3.9.9").bytes, to: "older.rialto")
        try world.write(try changed(file, bytes: Array("no trees".utf8)).bytes, to: "bad.rialto")
        var bytes = file.bytes
        bytes[bytes.count / 2] ^= 1
        try world.write(bytes, to: "bit.rialto")
        let expected = [
            ("missing", "which is not installed: get it with scripts/fetch-engines nosuch"),
            ("older", "was made with lightgbm 3.9.9, and here is 4.7.0"),
            ("bad", "LightGBM 4.7.0: "), ("bit", "was changed after it was written"),
        ]
        for (name, text) in expected {
            let refusal = world.refusal(
                try world.backtest(
                    "gradient-boosting", file: name + ".rialto", plugins: plugins,
                    isSandboxed ? .sandboxed(WorkerSettings()) : .inProcess))
            #expect(refusal.contains(text), "\(refusal)")
        }
    }
}

@Suite(.enabled(if: Installed.areTrees, Installed.why)) struct `An engine` {
    @Test func `is used only as its table says`() throws {
        let scratch = try ScratchFolder(), files = FileManager.default
        let place = try #require(try EngineShelf.standard.engine("xgboost")).path
        let home = place.components(separatedBy: "/xgboost/lib/")[0]
        try files.copyItem(atPath: home, toPath: scratch.path + "/xgboost")
        let shelf = EngineShelf(paths: [scratch.path])
        #expect(try shelf.engine("xgboost")?.version == "3.2.0")
        #expect(try shelf.engine("lightgbm") == nil)
        #expect(throws: PluginError.self) { try shelf.engines(["../xgboost"]) }
        let library = scratch.path + "/xgboost/xgboost/lib/libxgboost.so"
        var bytes = try Data(contentsOf: URL(filePath: library))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: library))
        let error = #expect(throws: PluginError.self) { try shelf.engine("xgboost") }
        #expect(error?.reason.contains("its SHA-256 is not the table's") == true)
        try Data("{}".utf8).write(to: URL(filePath: scratch.path + "/xgboost/engine.json"))
        let other = #expect(throws: PluginError.self) { try shelf.engine("xgboost") }
        #expect(other?.reason.contains("is no table of xgboost") == true)
    }
}
