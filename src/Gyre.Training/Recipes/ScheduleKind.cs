namespace Gyre.Training.Recipes;

/// <summary>The course of the learning rate after warm-up.</summary>
public enum ScheduleKind
{
    /// <summary>Falls along half a cosine from the peak to the floor at the last step.</summary>
    Cosine,

    /// <summary>Stays at the peak.</summary>
    Constant,

    /// <summary>Falls as one over the square root of the step, from the peak at the end of warm-up.</summary>
    /// <remarks>Source: Vaswani et al. 2017, section 5.3.</remarks>
    InverseRoot,
}
