// swift-tools-version: 6.2
// One line per module: its name, what it imports. The order is the map of DESIGN: a module imports
// only from above its own line.
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// What every module may use: the Swift vocabulary of the plugin contract.
let values: Target.Dependency = .product(name: "RialtoValues", package: "PluginAPI")
let kit: Target.Dependency = .product(name: "RialtoKit", package: "PluginAPI")
let contract: Target.Dependency = .product(name: "CRialto", package: "PluginAPI")
let indicators: Target.Dependency = .product(name: "RialtoIndicators", package: "PluginAPI")

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

let package = Package(
    name: "Rialto",
    products: [.executable(name: "rialto", targets: ["rialto"])],
    dependencies: [.package(path: "PluginAPI")],
    targets: [
        module("Ledger"),
        module("Orders"),
        module("Risk"),
        module("Matching", ["Ledger", "Orders"]),
        module("Execution", ["Ledger"]),
        .systemLibrary(
            name: "CCrypto", path: "Host/System/CCrypto", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"])]),
        .target(name: "CHost", path: "Host/System/CHost"),
        module("PluginHost", [], [contract, "CCrypto", "CHost"]),
        module("Engine", ["Ledger", "Orders", "Risk", "Matching", "Execution"]),
        tests("Values"),
        tests("Ledger", ["Ledger"]),
        .systemLibrary(
            name: "CZlib", path: "Host/System/CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"])]),
        module("History", [], ["CZlib"]),
        tests("History", ["History"], ["CZlib"]),
        module("Ensemble"),
        tests("Indicators", [], [indicators]),
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
            dependencies: [values, "RialtoText", "RialtoConfiguration"],
            path: "Host/CLI", exclude: ["README.md", "Program"], swiftSettings: strict),
        .executableTarget(
            name: "rialto", dependencies: ["RialtoCLI"], path: "Host/CLI/Program",
            swiftSettings: strict),
        tests("Text", ["Text"]),
        tests("Configuration", ["Configuration", "Text"]),
        tests("Tidy"),
        tests("Analytics", ["Analytics", "Text"]),
        tests("Store", ["Store", "Text"]),
        tests("CLI", ["CLI", "Configuration", "Text"]),
        .testTarget(
            name: "ABITests", dependencies: [contract, "RialtoPluginHost"], path: "Tests/ABITests",
            exclude: ["C", "Goldens"], swiftSettings: strict),
    ]
)
