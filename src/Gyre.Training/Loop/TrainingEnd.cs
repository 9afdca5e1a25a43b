namespace Gyre.Training.Loop;

/// <summary>Why a run ended.</summary>
public enum TrainingEnd
{
    /// <summary>All steps are done.</summary>
    Completed,

    /// <summary>The validation loss stopped improving.</summary>
    StoppedEarly,

    /// <summary>It was cancelled; a checkpoint lets it go on.</summary>
    Interrupted,
}
