import RialtoFeatures
import RialtoText

/// `rialto features`: what models look at, and tables of it to train them on.
enum FeaturesCommand {
    static var command: Command {
        Command(
            "features", "list what models can look at, and write tables to train them on",
            commands: [list, FeaturesExport.command])
    }

    private static let list = Command(
        "list", "list the kinds of features with their formulas",
        discussion: "n counts bars. What a live run sees of a bar is what an export says of it.",
        examples: [Example("rialto features list", "")]
    ) { _, console in
        var table = Table([
            .init("feature"), .init("value"), .init("made_of", "made of"),
        ])
        for kind in Feature.all {
            let source = kind.source.isEmpty ? "bars" : "bars, \(kind.source)"
            table.add([.text(kind.usage), .text(kind.formula), .text(source)])
        }
        table.print(to: console)
        return .done
    }
}

extension FeatureError {
    /// In the house form.
    var house: HouseMessage {
        let names = Feature.all.map(\.usage)
        return switch self {
        case .unknown(let name):
            HouseMessage.wrongCall(
                "\"\(name)\" is no feature",
                help: Suggestion.help(for: name, among: names)
                    + "; rialto features list shows all")
        case .parameters(let name, let usage):
            HouseMessage.wrongCall(
                "\"\(name)\" has other parameters than this feature takes",
                help: "write it as \(usage); each is a whole number up to \(Feature.lengthMax)")
        case .doubled(let name):
            HouseMessage.wrongCall("\(name) is in the list twice", help: "name it once")
        case .count(let count):
            HouseMessage.wrongCall(
                "there were \(count) features; allowed is 1...\(FeatureSchema.featuresMax)",
                help: "such as --features rsi_14,price_change_5")
        case .interval(let interval_ns):
            HouseMessage.wrongCall(
                "bars of \(interval_ns) ns have no features", help: "name a series of bars")
        }
    }
}
