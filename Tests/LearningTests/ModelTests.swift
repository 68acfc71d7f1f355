import Foundation
import RialtoBacktest
import RialtoLearning
import RialtoPluginHost
import Testing

private func value(_ heading: String, _ text: String) -> String? {
    text.split(separator: "\n").first { $0.hasPrefix(heading + " ") }.map {
        $0.dropFirst(heading.count).trimmingCharacters(in: .whitespaces)
    }
}

private let kinds = ["lstm", "transformer", "ppo"]

@Suite struct `rialto model` {
    @Test func `is trained again on schedule, and the model before is kept`() throws {
        let world = try ModelWorld(momentum: 0.7)
        let words = "--epochs 1 --every 12h"
        let first = world.train("lstm", to: "s.rialto", words + " --until 2021-01-02T00:00:00Z")
        #expect(first.status == .done, "\(first.error)")
        let bytes = try Data(contentsOf: URL(filePath: world.path("s.rialto")))
        let early = world.train("lstm", to: "s.rialto", words + " --until 2021-01-02T06:00:00Z")
        #expect(early.status == .done && value("trained", early.out) == "no", "\(early.out)")
        #expect(value("due with a bar at", early.out)?.hasPrefix("2021-01-02T1") == true)
        #expect(try Data(contentsOf: URL(filePath: world.path("s.rialto"))) == bytes)
        let again = world.train("lstm", to: "s.rialto", words)
        #expect(again.status == .done, "\(again.error)")
        let kept = try FileManager.default.contentsOfDirectory(atPath: world.path("")).filter {
            $0.hasPrefix("s-until-2021-01-0")
        }
        #expect(kept.count == 1)
        #expect(
            try Data(contentsOf: URL(filePath: world.path(kept.first ?? "none"))) == bytes)
        #expect(try Data(contentsOf: URL(filePath: world.path("s.rialto"))) != bytes)
        // What is no model is not written over.
        try Data("notes".utf8).write(to: URL(filePath: world.path("s.rialto")))
        #expect(world.train("lstm", to: "s.rialto", words).status != .done)
        #expect(try Data(contentsOf: URL(filePath: world.path("s.rialto"))) == Data("notes".utf8))
    }

    @Test(arguments: kinds)
    func `finds momentum, says so on the card, and foretells bars that it has not seen`(
        kind: String
    ) throws {
        let world = try ModelWorld(momentum: 0.7)
        let trained = world.train(kind, to: "m.rialto")
        #expect(trained.status == .done, "\(trained.error)")
        #expect(trained.error.contains("fold 1 of 2") && trained.error.contains("all bars"))
        let verdict = try #require(value("verdict", trained.out))
        #expect(verdict.hasSuffix("beyond chance") && verdict.hasPrefix("better"), "\(verdict)")
        #expect(world.rialto("model card @m.rialto").out == trained.out)
        let judged = world.rialto("model evaluate @m.rialto A/USD")
        #expect(judged.status == .done, "\(judged.error)")
        #expect(value("from", judged.out) == "2021-01-02T16:00:00Z")
        #expect(value("verdict", judged.out)?.hasPrefix("better") == true, "\(judged.out)")
        guard kind != "ppo" else { return }
        func number(_ heading: String) throws -> Double {
            try #require(value(heading, judged.out).flatMap { Double($0) }, "\(heading)")
        }
        #expect(try number("part right") > 0.65, "\(judged.out)")
        // The interval is about the difference of the two averages that stand above it.
        let gain = try number("log loss of 0.5, nats") - number("log loss, nats")
        #expect(abs(try number("better than uniform by") - gain) < 2e-5, "\(judged.out)")
    }

    @Test(arguments: kinds)
    func `says that there is no edge where there is none`(kind: String) throws {
        let world = try ModelWorld(momentum: 0)
        let trained = world.train(kind, to: "m.rialto", "--epochs 4")
        #expect(value("verdict", trained.out)?.hasPrefix("no edge shown") == true, "\(trained.out)")
    }

    @Test(arguments: kinds)
    func `writes the same bytes for the same seed, and others for another`(kind: String) throws {
        let world = try ModelWorld(momentum: 0.5)
        for (name, seed) in [("a", 1), ("b", 1), ("c", 2)] {
            let answer = world.train(kind, to: name + ".rialto", "--epochs 2 --seed \(seed)")
            #expect(answer.status == .done, "\(answer.error)")
        }
        let bytes = try ["a", "b", "c"].map {
            try Data(contentsOf: URL(filePath: world.path($0 + ".rialto")))
        }
        #expect(bytes[0] == bytes[1] && bytes[0] != bytes[2])
    }

    @Test func `compares two kinds on the same folds, and refuses what differs`() throws {
        let world = try ModelWorld(momentum: 0.7)
        _ = world.train("lstm", to: "lstm.rialto")
        _ = world.train("transformer", to: "other.rialto")
        _ = world.train("transformer", to: "poor.rialto", "--epochs 1 --rate 0.000001")
        _ = world.train("lstm", to: "longer.rialto", "--horizon 5m")
        let same = world.rialto("model compare @lstm.rialto @lstm.rialto")
        #expect(value("first is better by", same.out) == "0.00000")
        #expect(value("verdict", same.out) == "no difference beyond chance")
        let other = world.rialto("model compare @lstm.rialto @other.rialto")
        #expect(other.status == .done && value("stretches", other.out) == "100", "\(other.error)")
        let card = world.rialto("model card @lstm.rialto").out
        #expect(value("of the first", other.out) == value("log loss, nats", card))
        let poor = world.rialto("model compare @lstm.rialto @poor.rialto")
        #expect(value("verdict", poor.out) == "the first is better beyond chance")
        let back = world.rialto("model compare @poor.rialto @lstm.rialto")
        #expect(value("verdict", back.out) == "the second is better beyond chance")
        let refused = world.rialto("model compare @lstm.rialto @longer.rialto")
        #expect(refused.status == .failed)
        #expect(refused.error.contains("they differ in horizon"), "\(refused.error)")
    }

    @Test func `refuses what it cannot do, and says what is allowed`() throws {
        let world = try ModelWorld(momentum: 0)
        let heads = world.train("transformer", to: "m.rialto", "--heads 3")
        #expect(heads.error.contains("heads was 3, which does not divide the width of 8"))
        let rate = world.train("lstm", to: "m.rialto", "--rate fast")
        #expect(rate.error.contains("--rate was \"fast\"; allowed is"))
        let folds = world.train("lstm", to: "m.rialto", "--folds 50 --horizon 20h")
        #expect(folds.error.contains("too few for 50 folds"), "\(folds.error)")
        #expect(world.train("lstm", to: "m.rialto", "--valid 1d --epochs 1").status == .done)
        let bytes = try Data(contentsOf: URL(filePath: world.path("m.rialto")))
        try bytes.dropLast().write(to: URL(filePath: world.path("cut.rialto")))
        #expect(world.rialto("model card @cut.rialto").error.contains("it was cut or joined"))
        let none = world.rialto("model evaluate @m.rialto A/USD --until 2021-01-02")
        #expect(none.error.contains("no bar that it can be judged on"))
        let open = world.rialto("model evaluate @m.rialto A/USD --until 2021-01-02 --in-sample")
        #expect(value("in sample", open.out) == "yes")
    }
}

@Suite(
    .serialized,
    .enabled(
        if: ModelWorld.plugins != nil, "lstm is not built; scripts/place-plugins places it"))
struct `A trained model in a run` {
    private static func tier(_ isSandboxed: Bool) -> PluginTier {
        isSandboxed ? .sandboxed(WorkerSettings()) : .inProcess
    }

    @Test(arguments: kinds)
    func `forecasts the same in both tiers and for every size of batch`(kind: String) throws {
        let plugins = try #require(ModelWorld.plugins)
        let world = try ModelWorld(momentum: 0.7)
        #expect(world.train(kind, to: "m.rialto").status == .done)
        let whole = try world.backtest(kind, file: "m.rialto", plugins: plugins).execute()
        #expect(whole.failures.isEmpty && !whole.forecastDigest.isEmpty, "\(whole.failures)")
        for (limit, isSandboxed) in [(256, true), (7, true), (1, false)] {
            let other = try world.backtest(
                kind, file: "m.rialto", plugins: plugins, Self.tier(isSandboxed),
                batchLimit: limit
            ).execute()
            #expect(other.failures.isEmpty, "\(other.failures)")
            #expect(other.digest == whole.digest, "\(limit)")
            #expect(other.forecastDigest == whole.forecastDigest, "\(limit)")
        }
        #expect(world.train(kind, to: "n.rialto", "--seed 2").status == .done)
        let another = try world.backtest(kind, file: "n.rialto", plugins: plugins).execute()
        #expect(another.forecastDigest != whole.forecastDigest)
    }

    @Test(arguments: [false, true])
    func `is refused where it has learned of the run, unless the run says so`(
        isSandboxed: Bool
    ) throws {
        let plugins = try #require(ModelWorld.plugins)
        let world = try ModelWorld(momentum: 0.7)
        _ = world.train("lstm", to: "m.rialto", "--epochs 1 --valid 1h")
        func backtest(
            _ from: String, _ more: String = "", file: String = "m.rialto"
        ) throws
            -> Backtest
        {
            try world.backtest(
                "lstm", file: file, plugins: plugins, Self.tier(isSandboxed), from: from,
                more)
        }
        let early = "2021-01-02T10:00:00Z", due = "2021-01-02T16:30:00Z"
        let refused = world.refusal(try backtest(early))
        #expect(refused.contains("the model has learned from 2021-01-01T00:"), "\(refused)")
        #expect(refused.contains("and the run begins at \(early)"))
        let open = try backtest(early, ", in_sample: true").execute()
        #expect(open.failures.isEmpty && !open.forecastDigest.isEmpty)
        let note = try #require(EvidenceNotes.inSample(try RunTables(open)))
        #expect(note.contains("had learned from these prices"))
        let page = ReportPage.report(
            title: "", try RunTables(open), RunSummary(try RunTables(open)), digest: "")
        #expect(page.notes.contains(note))
        #expect(world.refusal(try backtest(due)).isEmpty)
        let late = world.refusal(try backtest("2021-01-02T18:00:00Z"))
        #expect(late.contains("the model expired at 2021-01-02T16:59:00Z"), "\(late)")
        // Whoever turns it around gets nothing but silence.
        let silent = try backtest(due).execute(),
            whole = try backtest(due, ", in_sample: true")
                .execute()
        #expect(silent.failures.isEmpty)
        #expect(EvidenceNotes.inSample(try RunTables(silent)) == nil)
        #expect(silent.forecastDigest != whole.forecastDigest)
    }

    @Test func `is silent where the market looks unlike what it has learned from`() throws {
        let plugins = try #require(ModelWorld.plugins)
        let world = try ModelWorld(momentum: 0.7)
        _ = world.train("lstm", to: "m.rialto", "--epochs 1")
        func said(_ more: String) throws -> Int {
            try RunTables(
                try world.backtest(
                    "lstm", file: "m.rialto", plugins: plugins, .inProcess, more
                ).execute())["forecasts"].count
        }
        let all = try said("")
        #expect(try all > 0 && said(", outlier_max: 0.0001") == 0)
        let some = try said(", outlier_max: 1.5")
        #expect(some > 0 && some < all, "\(some) of \(all)")
        #expect(try said(", outlier_max: 1000") == all)
    }

    @Test(arguments: [false, true])
    func `is refused with another file than it wants`(isSandboxed: Bool) throws {
        let plugins = try #require(ModelWorld.plugins)
        let world = try ModelWorld(momentum: 0.7)
        _ = world.train("lstm", to: "m.rialto", "--epochs 1")
        func refusal(_ kind: String, _ file: String, _ more: String = "") throws -> String {
            world.refusal(
                try world.backtest(kind, file: file, plugins: plugins, Self.tier(isSandboxed), more)
            )
        }
        #expect(try refusal("lstm", "m.rialto").isEmpty)
        #expect(
            try refusal("ppo", "m.rialto").contains("holds a model of kind lstm, not ppo"))
        #expect(try refusal("lstm", "none.rialto").contains("none.rialto"))
        let wrong = try refusal("lstm", "m.rialto#" + String(repeating: "0", count: 64))
        #expect(wrong.contains("and the run wants 0000"), "\(wrong)")
        let bytes = try Data(contentsOf: URL(filePath: world.path("m.rialto")))
        let digest = SHA256.hex(Array(bytes))
        #expect(try refusal("lstm", "m.rialto#" + digest).isEmpty)
        var turned = bytes
        turned[200] ^= 1
        try turned.write(to: URL(filePath: world.path("turned.rialto")))
        #expect(try refusal("lstm", "turned.rialto").contains("its digest differs"))
    }

    @Test func `is refused with features that this build makes otherwise`() throws {
        let plugins = try #require(ModelWorld.plugins)
        let world = try ModelWorld(momentum: 0.7)
        _ = world.train("lstm", to: "m.rialto", "--epochs 1")
        let old = try ModelFile(
            bytes: Array(Data(contentsOf: URL(filePath: world.path("m.rialto")))))
        let other = try ModelFile(
            network: old.network, features: old.features, interval_ns: old.interval_ns,
            schemaHash: "0000000000000000", data: old.data, horizon_ns: old.horizon_ns,
            from_ns: old.from_ns, until_ns: old.until_ns, expires_ns: 0, seed: 1,
            means: old.means, deviations: old.deviations, slope: 1, intercept: 0, scores: [],
            weights: old.weights)
        try Data(other.bytes).write(to: URL(filePath: world.path("other.rialto")))
        let refused = world.refusal(
            try world.backtest("lstm", file: "other.rialto", plugins: plugins))
        #expect(refused.contains("trained on features with hash 0000000000000000"), "\(refused)")
    }
}
