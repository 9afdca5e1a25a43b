using Gyre.Models.Architectures;
using Gyre.Tensors.Threading;
using Gyre.Training.Loop;
using Gyre.Training.Runs;

namespace Gyre.Training.Encoders;

/// <summary>A run whose model is written.</summary>
internal sealed record EncoderEnd(
    TrainingResult Result, RunFolder Folder, EnvironmentRecord Environment, IReadOnlyDictionary<string, string> Digests, EncoderConfiguration Configuration, ThreadTeam Team);
