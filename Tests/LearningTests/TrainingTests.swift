import Foundation
import RialtoBacktest
import RialtoKit
import RialtoLearning
import RialtoPluginHost
import RialtoTestSupport
import Testing

@Suite(.serialized) struct `A third party's plugin` {
    /// A world with the plugin, which may run in this process unless `isGranted` is false.
    private func world(
        _ source: String = logisticSource, isGranted: Bool = true
    ) throws -> (world: ModelWorld, more: String) {
        let world = try ModelWorld(momentum: 0.7)
        let folder = world.path("plugins")
        try installSource(source, name: "logistic", in: folder, flags: ["-lm"])
        let more = "--plugins @plugins --grants @grants.db"
        guard isGranted else { return (world, more) }
        let digest = try #require(try Manifest.read(folder: folder + "/logistic")).sha256
        let answer = world.rialto(
            "plugin allow-in-process \(digest) --reason tests \(more)")
        #expect(answer.status == .done, "\(answer.error)")
        return (world, more)
    }

    private static let usual =
        "model train A/USD --plugin com.example.logistic --features price_change_1 --horizon 1m "
        + "--folds 2 --until 2021-01-02T16:00:00Z --epochs 30 --cost-bps 1 --to @m.rialto "

    @Test func `trains its models by the same command, which judges them as any`() throws {
        let (world, more) = try world()
        let trained = world.rialto(Self.usual + more)
        #expect(trained.status == .done, "\(trained.error)")
        #expect(trained.error.contains("fold 1 of 2, round 30: log loss 0."), "\(trained.error)")
        #expect(trained.out.contains("by com.example.logistic 1.2.0, 1 bars"), "\(trained.out)")
        #expect(trained.out.contains("better than uniform and naive beyond chance"))
        let bytes = try world.file("m.rialto").bytes
        #expect(world.rialto(Self.usual + more).status == .done)
        #expect(try world.file("m.rialto").bytes == bytes)
        #expect(world.rialto(Self.usual + more + " --seed 2").status == .done)
        #expect(try world.file("m.rialto").bytes != bytes)
        let judged = world.rialto("model evaluate @m.rialto A/USD " + more)
        #expect(judged.status == .done, "\(judged.error)")
        #expect(judged.out.contains("better than uniform and naive beyond chance"))
    }

    @Test func `asks its own file in a run, in a sandbox, and the file is refused in sample`()
        throws
    {
        guard let plugins = ModelWorld.plugins else { return }
        let (world, more) = try world()
        #expect(world.rialto(Self.usual + more).status == .done)
        func run(from: String) throws -> Backtest {
            let text = """
                data: \(world.scratch.path)
                from: \(from)
                instruments: [{ name: A/USD, interval: 1m }]
                models:
                  - id: m
                    plugin: com.example.logistic
                    files: { trained: "m.rialto" }
                    parameters: { model: trained }
                accounts:
                  - id: a
                    equity: 10000000
                    strategies: [{ id: s, plugin: org.rialto.ensemble-follow, capital: 1000000 }]

                """
            return try world.backtest(
                text: text, folders: [world.path("plugins"), plugins], .sandboxed(WorkerSettings()))
        }
        let result = try run(from: "2021-01-02T16:30:00Z").execute()
        #expect(result.failures.isEmpty && !result.forecastDigest.isEmpty, "\(result.failures)")
        let shorter = Self.usual.replacing("--epochs 30", with: "--epochs 1")
        #expect(world.rialto(shorter + more).status == .done)
        let other = try run(from: "2021-01-02T16:30:00Z").execute()
        #expect(other.forecastDigest != result.forecastDigest)
        let early = world.refusal(try run(from: "2021-01-02T10:00:00Z"))
        #expect(early.contains("the model has learned from"), "\(early)")
    }

    @Test func `is trained only where its code may run in this process`() throws {
        let (world, more) = try world(isGranted: false)
        let refused = world.rialto(Self.usual + more)
        #expect(refused.status == .failed)
        #expect(refused.error.contains("its code would run in this process"), "\(refused.error)")
        #expect(refused.error.contains("rialto plugin allow-in-process "))
    }

    @Test(arguments: [
        ("return training->finish(training->host, blob);", "return RIALTO_OK;", "handed nothing"),
        (
            "return training->finish(training->host, blob);",
            "return rialto_refuse(out_error, RIALTO_ERROR, \"no luck\");", "failed (-1): no luck"
        ),
        ("out_logits[i] = score(", "out_logits[i] = NAN * score(", "no finite number"),
        ("RIALTO_TRAIN_ID) - 1", "RIALTO_TRAIN_ID) - 2", "it offers no rialto.train/1"),
        ("RIALTO_OK : RIALTO_ERROR_ARGUMENT", "RIALTO_ERROR : -2", "this is no model of mine"),
    ])
    func `is told apart from one that fails`(found: String, put: String, said: String) throws {
        let source = logisticSource.replacing(found, with: put)
        #expect(source != logisticSource)
        let (world, more) = try world(source)
        let answer = world.rialto(Self.usual + more)
        #expect(answer.status == .failed)
        #expect(answer.error.contains(said), "\(answer.error)")
    }

    @Test func `is not named beside a kind`() throws {
        let (world, more) = try world()
        let both = world.rialto(Self.usual + more + " --kind lstm")
        #expect(both.error.contains("both --kind and --plugin were named"), "\(both.error)")
    }
}

/// A model in Swift that says of every row how often prices rose.
private let rises = TrainingTable(
    train: { training, error in
        TrainingTable.answer(training, error) { (task) throws(PluginFailure) in
            guard task.features.first != "rsi_99" else { throw PluginFailure("rsi_99 is too long") }
            guard task.progress(round: 1, learned: .nan, kept: 0.5) else { return nil }
            let sum = zip(task.learned.labels, task.learned.weights).reduce(0) { $0 + $1.0 * $1.1 }
            return [UInt8(100 * sum / task.learned.weights.reduce(0, +))]
        }
    },
    ask: { blob, rows, logits, error in
        TrainingTable.answer(blob, rows, logits, error) { (bytes, rows) throws(PluginFailure) in
            guard bytes.count == 1 else { throw PluginFailure("one byte was expected") }
            return (0..<rows.count).map { Double(bytes[0]) + rows.values[$0 * rows.features] }
        }
    })

@Suite struct `A plugin in Swift that trains` {
    private let rows = TrainerRows(
        features: 2, values: [1, 0, 2, 0, 3, 0, 4, 0], labels: [1, 0, 1, 1], weights: [1, 1, 1, 1])

    private func trainer() throws(PluginError) -> PluginTrainer {
        try PluginTrainer(id: "org.example.rises", version: "1.0.0") { rises.table($0) }
    }

    @Test func `is given rows, labels, weights and names, and gives bytes and logits`() throws {
        var rounds: [UInt32] = []
        let bytes = try trainer().train(rows, rows, names: ["a", "b"], seed: 1, rounds: 5) {
            rounds.append($0)
            #expect($1.isNaN && $2 == 0.5)
            return true
        }
        #expect(bytes == [75] && rounds == [1])
        #expect(try trainer().ask(bytes, rows) == [76, 77, 78, 79])
    }

    @Test func `stops when it is asked to, and says why it does not train`() throws {
        let stopped = #expect(throws: PluginError.self) {
            try trainer().train(rows, rows, names: ["a", "b"], seed: 1, rounds: 5) { _, _, _ in
                false
            }
        }
        #expect(stopped?.reason.contains("it was stopped") == true)
        let refused = #expect(throws: PluginError.self) {
            try trainer().train(rows, rows, names: ["rsi_99", "b"], seed: 1, rounds: 5) { _, _, _ in
                true
            }
        }
        #expect(refused?.reason.contains("rsi_99 is too long") == true)
        let asked = #expect(throws: PluginError.self) { try trainer().ask([1, 2], rows) }
        #expect(asked?.reason.contains("one byte was expected") == true)
        let none = #expect(throws: PluginError.self) {
            try PluginTrainer(id: "a.b", version: "1.0.0") { _ in nil }
        }
        #expect(none?.reason.contains("it offers no rialto.train/1") == true)
    }
}
