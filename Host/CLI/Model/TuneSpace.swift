import RialtoText

/// One option of `rialto model train` that tuning may choose, and among what.
struct TuneParameter: Hashable, Sendable {
    enum Range: Hashable, Sendable {
        /// Whole numbers from the first to the last, by a step.
        case whole(ClosedRange<Int>, step: Int)
        /// Numbers; on a scale of factors where `isLog`.
        case number(ClosedRange<Double>, isLog: Bool)
        case choice([String])
    }

    /// Without dashes.
    let option: String
    let range: Range

    init(_ option: String, _ range: Range) {
        self.option = option
        self.range = range
    }

    /// As the driver reads it.
    var json: JSON {
        var members: [JSON.Member] = [.init("option", .text(option))]
        switch range {
        case .whole(let range, let step):
            members += [
                .init("type", .text("whole")), .init("low", .integer(Int64(range.lowerBound))),
                .init("high", .integer(Int64(range.upperBound))),
                .init("step", .integer(Int64(step))),
            ]
        case .number(let range, let isLog):
            members += [
                .init("type", .text("number")), .init("low", .number(range.lowerBound)),
                .init("high", .number(range.upperBound)), .init("log", .flag(isLog)),
            ]
        case .choice(let words):
            members += [
                .init("type", .text("choice")), .init("words", .list(words.map { .text($0) })),
            ]
        }
        return .object(members)
    }
}

/// What is tuned of each kind of model. A kind that is added to `rialto model train` is tuned once
/// it stands here.
enum TuneSpace {
    private static let networks = [
        TuneParameter("layers", .whole(1...3, step: 1)),
        TuneParameter("width", .whole(8...48, step: 8)),
        TuneParameter("dropout", .number(0...0.5, isLog: false)),
        TuneParameter("rate", .number(0.0003...0.02, isLog: true)),
    ]
    private static let trees = [
        TuneParameter("depth", .whole(2...8, step: 1)),
        TuneParameter("leaves", .whole(4...64, step: 1)),
        TuneParameter("leaf-rows", .whole(50...2000, step: 50)),
        TuneParameter("l2", .number(0.001...100, isLog: true)),
    ]

    private static let all: [(kind: String, parameters: [TuneParameter])] = [
        ("lstm", networks),
        ("transformer", networks + [TuneParameter("heads", .choice(["1", "2", "4"]))]),
        (
            "ppo",
            [
                TuneParameter("rate", .number(0.0003...0.03, isLog: true)),
                TuneParameter("steps-batch", .choice(["64", "128", "256"])),
                TuneParameter("gae", .number(0.8...1, isLog: false)),
            ]
        ),
        (
            "gradient-boosting",
            trees + [TuneParameter("rate", .number(0.01...0.3, isLog: true))]
        ),
        ("random-forest", trees),
    ]

    /// Kinds that are tuned, in the order of the table: those that can be trained.
    static var kinds: [String] {
        let trained = ModelTrain.command.options.first { $0.name == "kind" }?.kind
        guard case .choice(let words) = trained else { return [] }
        return all.map(\.kind).filter(words.contains)
    }

    /// What is tuned of a kind: the options that training has.
    static func parameters(of kind: String) -> [TuneParameter] {
        let options = Set(ModelTrain.command.options.map(\.name))
        let own = all.first { $0.kind == kind }?.parameters ?? []
        return own.filter { options.contains($0.option) }
    }
}
