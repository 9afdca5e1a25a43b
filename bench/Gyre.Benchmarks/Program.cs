using BenchmarkDotNet.Running;
using Gyre.Benchmarks.Encoders;
using Gyre.Benchmarks.Evaluation;
using Gyre.Benchmarks.Models;
using Gyre.Benchmarks.Server;
using Gyre.Benchmarks.Tensors;
using Gyre.Benchmarks.Training;

return args.FirstOrDefault() switch
{
    "adapters" => AdapterBenchmark.Run(args),
    "adapter-step" => AdapterStepComparison.Run(args),
    "constraint" => ConstraintMasks.Run(args),
    "decode" => DecodeBenchmark.Run(args),
    "embed" => EmbedBenchmark.Run(args),
    "experiment" => ExperimentOverhead.Run(args),
    "greedy-parity" => GreedyParity.Run(args),
    "gemm" => GemmComparison.Run(args),
    "known-beginning" => KnownBeginning.Run(args),
    "metrics" => MetricsComparison.Run(args),
    "packed" => PackedProducts.Run(args),
    "server-peer" => ServerPeer.Run(args),
    "server-start" => ServerStart.Run(args),
    "synthetic" => SyntheticFile.Run(args),
    "tokenizer" => TokenizerThroughput.Run(args),
    "tokenizer-peer" => TokenizerPeer.Run(args),
    "train-step" => TrainStepComparison.Run(args),
    _ => RunMicroBenchmarks(args),
};

static int RunMicroBenchmarks(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
    return 0;
}
