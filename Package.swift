// swift-tools-version: 6.2
// One line per module: its name, what it imports. The order is the map of DESIGN: a module imports
// only from above its own line.
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// What every module may use: the Swift vocabulary of the plugin contract.
let values: Target.Dependency = .product(name: "RialtoValues", package: "PluginAPI")
let kit: Target.Dependency = .product(name: "RialtoKit", package: "PluginAPI")
let contract: Target.Dependency = .product(name: "CRialto", package: "PluginAPI")
let testHost: Target.Dependency = .product(name: "RialtoTestHost", package: "PluginAPI")
let indicators: Target.Dependency = .product(name: "RialtoIndicators", package: "PluginAPI")
let features: Target.Dependency = .product(name: "RialtoFeatures", package: "PluginAPI")
let sentiment: Target.Dependency = .product(name: "RialtoSentiment", package: "PluginAPI")
let llm: Target.Dependency = .product(name: "RialtoLLM", package: "PluginAPI")
let learning: Target.Dependency = .product(name: "RialtoLearning", package: "PluginAPI")
let engines: Target.Dependency = .product(name: "RialtoEngines", package: "PluginAPI")
let trained: Target.Dependency = .product(name: "RialtoTrained", package: "PluginAPI")

/// A host module: `Host/<name>` becomes `Rialto<name>`.
func module(
    _ name: String, _ imports: [String] = [], _ others: [Target.Dependency] = []
) -> Target {
    .target(
        name: "Rialto" + name,
        dependencies: [values] + imports.map { .byName(name: "Rialto" + $0) } + others,
        path: "Host/" + name, exclude: ["README.md"], swiftSettings: strict)
}

/// The tests of a module: `Tests/<name>Tests`.
func tests(_ name: String, _ imports: [String] = [], _ others: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: [values] + imports.map { .byName(name: "Rialto" + $0) } + others,
        path: "Tests/" + name + "Tests", swiftSettings: strict)
}

/// A bundled plugin in Swift, built as anyone would build it: the kit, a note in C, one exported
/// symbol, and no access to the host's own declarations.
struct SwiftPlugin {
    /// Folder under `Plugins`, such as `Strategies/SmaCrossSwift`.
    let folder: String
    /// Name of the library, such as `sma-cross-swift`.
    let library: String
    /// Module name, derived from the plugin's id.
    let module: String
    /// Whether it uses `RialtoIndicators`.
    var usesIndicators = false
    /// Whether it uses `RialtoSentiment`.
    var usesSentiment = false
    /// Whether it asks a file of `rialto model train`.
    var isTrained = false
    /// Whether it asks a language model.
    var asksModels = false

    var product: Product { .library(name: library, type: .dynamic, targets: [module]) }

    var targets: [Target] {
        [
            .target(
                name: module + "Note", dependencies: [contract], path: "Plugins/\(folder)/Note"),
            .target(
                name: module,
                dependencies: [kit, .byName(name: module + "Note")]
                    + (usesIndicators ? [indicators] : []) + (isTrained ? [trained] : [])
                    + (asksModels ? [llm] : []) + (usesSentiment ? [sentiment] : []),
                path: "Plugins/\(folder)/Sources", packageAccess: false, swiftSettings: strict,
                linkerSettings: [
                    .unsafeFlags([
                        "-Xlinker",
                        "--version-script=\(Context.packageDirectory)/PluginAPI/link/exports.map",
                        "-Xlinker", "-z", "-Xlinker", "relro", "-Xlinker", "-z", "-Xlinker", "now",
                        "-no-toolchain-stdlib-rpath",
                    ])
                ]),
        ]
    }
}

let swiftPlugins = [
    SwiftPlugin(
        folder: "Strategies/SmaCrossSwift", library: "sma-cross-swift",
        module: "OrgRialtoSmaCrossSwift"),
    SwiftPlugin(
        folder: "Strategies/EmaWatchSwift", library: "ema-watch-swift",
        module: "OrgRialtoEmaWatchSwift"),
    SwiftPlugin(
        folder: "Strategies/RequoteSwift", library: "requote-swift",
        module: "OrgRialtoRequoteSwift"),
    SwiftPlugin(
        folder: "Strategies/RsiReversion", library: "rsi-reversion",
        module: "OrgRialtoRsiReversion", usesIndicators: true),
    SwiftPlugin(
        folder: "Strategies/Grid", library: "grid", module: "OrgRialtoGrid", usesIndicators: true),
    SwiftPlugin(folder: "Strategies/Dca", library: "dca", module: "OrgRialtoDca"),
    SwiftPlugin(
        folder: "Strategies/MarketMaker", library: "market-maker", module: "OrgRialtoMarketMaker"),
    SwiftPlugin(
        folder: "Strategies/Breakout", library: "breakout", module: "OrgRialtoBreakout",
        usesIndicators: true),
    SwiftPlugin(folder: "Strategies/Pairs", library: "pairs", module: "OrgRialtoPairs"),
    SwiftPlugin(
        folder: "Strategies/CrossVenueArbitrage", library: "cross-venue-arbitrage",
        module: "OrgRialtoCrossVenueArbitrage"),
    SwiftPlugin(
        folder: "Strategies/TimeArbitrage", library: "time-arbitrage",
        module: "OrgRialtoTimeArbitrage"),
    SwiftPlugin(
        folder: "Strategies/EnsembleFollow", library: "ensemble-follow",
        module: "OrgRialtoEnsembleFollow"),
    SwiftPlugin(
        folder: "Models/Technical", library: "technical", module: "OrgRialtoTechnical",
        usesIndicators: true),
    SwiftPlugin(
        folder: "Models/Sentiment", library: "sentiment", module: "OrgRialtoSentiment",
        usesSentiment: true),
    SwiftPlugin(
        folder: "Models/LSTM", library: "lstm", module: "OrgRialtoLstm", isTrained: true),
    SwiftPlugin(
        folder: "Models/Transformer", library: "transformer", module: "OrgRialtoTransformer",
        isTrained: true),
    SwiftPlugin(
        folder: "Models/LLM", library: "llm", module: "OrgRialtoLlm", asksModels: true),
    SwiftPlugin(
        folder: "Models/GradientBoosting", library: "gradient-boosting",
        module: "OrgRialtoGradientBoosting", isTrained: true),
    SwiftPlugin(
        folder: "Models/RandomForest", library: "random-forest", module: "OrgRialtoRandomForest",
        isTrained: true),
    SwiftPlugin(folder: "Models/ONNX", library: "onnx", module: "OrgRialtoOnnx", isTrained: true),
    SwiftPlugin(folder: "Models/PPO", library: "ppo", module: "OrgRialtoPpo", isTrained: true),
]

/// Functions of a worker that stand before the C library's own for every library that it loads.
let standingBefore = ["clock_gettime", "gettimeofday", "getrandom"].flatMap {
    ["-Xlinker", "--export-dynamic-symbol=\($0)"]
}

let hostTargets: [Target] = [
    module("Ledger"),
    module("Orders"),
    module("Risk", ["Ledger"]),
    module("Matching", ["Ledger", "Orders"]),
    module("Ensemble"),
    module("Execution", ["Ledger", "Orders"]),
    .systemLibrary(
        name: "CCrypto", path: "Host/System/CCrypto", pkgConfig: "libcrypto",
        providers: [.apt(["libssl-dev"])]),
    .target(name: "CHost", path: "Host/System/CHost"),
    .target(name: "CWorker", dependencies: [contract], path: "Host/System/CWorker"),
    .systemLibrary(
        name: "CSeccomp", path: "Host/System/CSeccomp", pkgConfig: "libseccomp",
        providers: [.apt(["libseccomp-dev"])]),
    .systemLibrary(
        name: "CFFI", path: "Host/System/CFFI", pkgConfig: "libffi",
        providers: [.apt(["libffi-dev"])]),
    .executableTarget(
        name: "rialto-worker", dependencies: [contract, "CWorker", "CSeccomp"],
        path: "Host/Worker", exclude: ["README.md"],
        linkerSettings: [.unsafeFlags(["-Xlinker", "--as-needed"] + standingBefore)]),
    .executableTarget(
        name: "rialto-probe", dependencies: [contract, "CWorker", "CSeccomp", "CFFI"],
        path: "Host/Probe", exclude: ["README.md"],
        linkerSettings: [.linkedLibrary("m"), .unsafeFlags(standingBefore)]),
    .executableTarget(
        name: "rialto-bridge", dependencies: [contract, "CWorker", "CSeccomp", "CFFI"],
        path: "Host/Bridge", exclude: ["README.md"],
        linkerSettings: [.unsafeFlags(["-Xlinker", "--as-needed"]), .linkedLibrary("m")]),
    module("PluginHost", ["Text"], [contract, "CCrypto", "CHost", "CWorker", "CSeccomp"]),
    module("Validator", ["Text", "PluginHost"], ["CCrypto"]),
    module("Binding", ["Text", "PluginHost"]),
    module("Engine", ["Ledger", "Orders", "Risk", "Matching", "Ensemble", "Execution"]),
    module(
        "Backtest",
        [
            "Text", "Configuration", "History", "Analytics", "Engine", "Ensemble", "Execution",
            "PluginHost", "Binding", "Ledger", "Matching", "Orders", "Risk", "Network",
        ], [features, learning, sentiment]),
    tests("Values"),
    tests("Kit", [], [testHost]),
    tests("Plugin", [], [testHost]),
    tests("PluginCommand"),
    .systemLibrary(
        name: "CCurl", path: "Host/System/CCurl", pkgConfig: "libcurl",
        providers: [.apt(["libcurl4-openssl-dev"])]),
    module("Network", ["Text"], ["CCrypto", "CCurl"]),
    .testTarget(
        name: "NetworkTests", dependencies: [values, "RialtoNetwork", "RialtoTestSupport"],
        path: "Tests/NetworkTests", exclude: ["Server"], swiftSettings: strict),
    tests("Ledger", ["Ledger", "TestSupport"]),
    .systemLibrary(
        name: "CZlib", path: "Host/System/CZlib", pkgConfig: "zlib",
        providers: [.apt(["zlib1g-dev"])]),
    module("History", ["Matching"], ["CZlib", "CHost"]),
    tests("History", ["History", "Matching"], ["CZlib"]),
    module("Simulation", ["Engine", "Execution", "Ledger", "Matching", "Orders", "Risk"]),
    .target(
        name: "RialtoTestSupport",
        dependencies: [
            "RialtoSimulation",
            values, "RialtoEngine", "RialtoLedger", "RialtoMatching", "RialtoRisk",
            "RialtoPluginHost", "RialtoExecution",
        ],
        path: "Tests/Support", swiftSettings: strict),
    tests("Orders", ["Orders", "TestSupport"]),
    tests("Risk", ["Risk", "Ledger"]),
    tests("Matching", ["Matching", "Orders", "Ledger"]),
    tests("Execution", ["Execution", "Ledger", "Orders", "TestSupport"]),
    tests("Simulation", ["Simulation", "Engine", "Matching", "TestSupport"]),
    tests(
        "Engine",
        [
            "Engine", "Ensemble", "Execution", "Orders", "Ledger", "Matching", "Risk", "Simulation",
            "TestSupport",
        ]),
    tests("PluginHost", ["PluginHost", "TestSupport"]),
    tests("Validator", ["Validator", "PluginHost", "TestSupport"]),
    tests("Binding", ["Binding", "PluginHost", "Text", "TestSupport", "CLI"]),
    tests(
        "Sandbox",
        [
            "PluginHost", "Binding", "Backtest", "Configuration", "Engine", "History",
            "Simulation", "TestSupport", "CLI",
        ]),
    tests(
        "Backtest",
        [
            "Backtest", "PluginHost", "Configuration", "History", "Text", "Engine", "Matching",
            "Ledger", "Risk", "Ensemble", "TestSupport",
        ]),
    tests("Indicators", [], [indicators]),
    tests("Features", [], [features, indicators]),
    tests("Sentiment", [], [sentiment]),
    .testTarget(
        name: "LLMTests",
        dependencies: [llm, indicators, values, "RialtoNetwork", "RialtoTestSupport"],
        path: "Tests/LLMTests", exclude: ["Goldens", "Server"], swiftSettings: strict),
    tests(
        "Learning",
        [
            "CLI", "Backtest", "PluginHost", "Configuration", "History", "Simulation", "Text",
            "TestSupport",
        ], [learning, features, engines, kit]),
    tests("Ensemble", ["Ensemble"]),
    .systemLibrary(
        name: "CYAML", path: "Host/System/CYAML", pkgConfig: "yaml-0.1",
        providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(
        name: "CSQLite", path: "Host/System/CSQLite", pkgConfig: "sqlite3",
        providers: [.apt(["libsqlite3-dev"])]),
    module("Text"),
    module("Configuration", ["Text"], ["CYAML"]),
    module("Analytics", ["Text"]),
    module("Store", ["Text"], ["CSQLite"]),
    .target(
        name: "RialtoCLI",
        dependencies: [
            values, indicators, features, learning, engines, "RialtoText", "RialtoConfiguration",
            "RialtoHistory",
            "RialtoPluginHost", "RialtoBacktest", "RialtoAnalytics", "RialtoStore",
            "RialtoMatching", "RialtoOrders", "RialtoSimulation", "RialtoExecution",
            "RialtoValidator", "RialtoBinding", "RialtoEngine", "RialtoEnsemble",
            "RialtoNetwork",
        ],
        path: "Host/CLI", exclude: ["README.md", "Program"], swiftSettings: strict),
    .executableTarget(
        name: "rialto", dependencies: ["RialtoCLI"], path: "Host/CLI/Program",
        swiftSettings: strict),
    tests("Text", ["Text"]),
    tests("Configuration", ["Configuration", "Text"]),
    tests("Tidy"),
    tests("Analytics", ["Analytics", "Text"]),
    tests("Store", ["Store", "Text"], ["CSQLite"]),
    tests(
        "CLI", ["CLI", "Configuration", "History", "PluginHost", "TestSupport", "Text"],
        ["CSQLite"]),
    .testTarget(
        name: "ABITests",
        dependencies: [values, contract, "RialtoPluginHost", "RialtoTestSupport"],
        path: "Tests/ABITests", exclude: ["C", "Goldens", "Museum"], swiftSettings: strict),
]

let package = Package(
    name: "Rialto",
    products: [
        .executable(name: "rialto", targets: ["rialto"]),
        .executable(name: "rialto-worker", targets: ["rialto-worker"]),
        .executable(name: "rialto-probe", targets: ["rialto-probe"]),
        .executable(name: "rialto-bridge", targets: ["rialto-bridge"]),
    ] + swiftPlugins.map(\.product),
    dependencies: [.package(path: "PluginAPI")],
    targets: hostTargets + swiftPlugins.flatMap(\.targets)
)
