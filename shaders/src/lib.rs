//! Every WGSL source of the product, as a package.
