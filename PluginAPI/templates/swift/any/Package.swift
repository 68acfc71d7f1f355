// swift-tools-version: 6.2
import PackageDescription

// The module is named after the plugin's id, so that two plugins never share a name.
let package = Package(
    name: "{{name}}",
    products: [.library(name: "{{name}}", type: .dynamic, targets: ["{{module}}"])],
    dependencies: [.package(path: "vendor/PluginAPI")],
    targets: [
        .target(
            name: "{{module}}Note",
            dependencies: [.product(name: "CRialto", package: "PluginAPI")], path: "Note"),
        .target(
            name: "{{module}}",
            dependencies: [
                "{{module}}Note", .product(name: "RialtoKit", package: "PluginAPI"),
                .product(name: "RialtoIndicators", package: "PluginAPI"),
            ], path: "Sources"),
        .testTarget(
            name: "{{module}}Tests",
            dependencies: [
                "{{module}}", .product(name: "RialtoTestHost", package: "PluginAPI"),
            ], path: "Tests"),
    ]
)
