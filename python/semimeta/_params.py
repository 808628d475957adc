"""The Params of SemiMeta's stages. Made by generate_params.py from Java's: change those, not this file."""

from __future__ import annotations

from typing import Any, TypeVar

from pyspark import keyword_only
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.wrapper import JavaParams

from semimeta import _java

P = TypeVar("P", bound=Params)
K = TypeVar("K", bound="Keywords")


class Keywords(JavaParams):
    _input_kwargs: dict[str, Any]
    _java_obj: Any = None  # which JavaWrapper.__del__ reads even where no object was made


class ClassificationParams(Params):
    allowUnencryptedGradients: Param[bool] = Param(
        Params._dummy(),
        "allowUnencryptedGradients",
        "Train although Spark's traffic is encrypted: that of the ranks among themselves is not.",
        typeConverter=TypeConverters.toBoolean,
    )
    alpha: Param[float] = Param(
        Params._dummy(),
        "alpha",
        "Both parameters of the Beta distribution of mixup's weights.",
        typeConverter=TypeConverters.toFloat,
    )
    architecture: Param[str] = Param(
        Params._dummy(),
        "architecture",
        "Network: convlarge, resnet101, resnet152, resnet18, resnet34, resnet50, resnext50_32x4d, shake-shake-26, "
        "wide_resnet50_2; or torchscript:URI, a file of torch.jit.script.",
        typeConverter=TypeConverters.toString,
    )
    batchSize: Param[int] = Param(
        Params._dummy(),
        "batchSize",
        "Labelled images of one worker's step, and as many unlabelled ones.",
        typeConverter=TypeConverters.toInt,
    )
    checkpointEvery: Param[int] = Param(
        Params._dummy(),
        "checkpointEvery",
        "By default a hundredth of the run, at least 100.",
        typeConverter=TypeConverters.toInt,
    )
    consistencyWeight: Param[float] = Param(
        Params._dummy(),
        "consistencyWeight",
        "Of the consistency loss; 0 leaves its pass out.",
        typeConverter=TypeConverters.toFloat,
    )
    cropPadding: Param[int] = Param(
        Params._dummy(),
        "cropPadding",
        "Padding before the random crop of images as they are stored; 0 for no crop. Default: 4",
        typeConverter=TypeConverters.toInt,
    )
    device: Param[str] = Param(
        Params._dummy(),
        "device",
        "auto, cpu or cuda.",
        typeConverter=TypeConverters.toString,
    )
    engine: Param[str] = Param(
        Params._dummy(),
        "engine",
        "barrier, or bigdl: BigDL's distributed optimizer.",
        typeConverter=TypeConverters.toString,
    )
    epochs: Param[int] = Param(
        Params._dummy(),
        "epochs",
        "Length of the run in passes over the unlabelled images.",
        typeConverter=TypeConverters.toInt,
    )
    epsilon: Param[float] = Param(
        Params._dummy(),
        "epsilon",
        "Length of the finite difference in parameter space.",
        typeConverter=TypeConverters.toFloat,
    )
    flip: Param[bool] = Param(
        Params._dummy(),
        "flip",
        "Mirror images at random, or don't.",
        typeConverter=TypeConverters.toBoolean,
    )
    gamma: Param[float] = Param(
        Params._dummy(),
        "gamma",
        "Factor on the learning rate at each milestone.",
        typeConverter=TypeConverters.toFloat,
    )
    handleInvalid: Param[str] = Param(
        Params._dummy(),
        "handleInvalid",
        "what becomes of an image that is null or cannot be decoded: error, skip (its row is left out), or keep (its "
        "row has nulls; fit leaves it out)",
        typeConverter=TypeConverters.toString,
    )
    idCol: Param[str] = Param(
        Params._dummy(),
        "idCol",
        "column of image ids, whole numbers, on which all draws depend; without it ids are hashes of paths, else of "
        "bytes",
        typeConverter=TypeConverters.toString,
    )
    imageCol: Param[str] = Param(
        Params._dummy(),
        "imageCol",
        "column of images: image files' bytes (binaryFile's content), paths, or Spark's image struct",
        typeConverter=TypeConverters.toString,
    )
    imageSize: Param[int] = Param(
        Params._dummy(),
        "imageSize",
        "Side of the network's input: random parts of the images, of any size, are resized to it. For ImageNet 224. "
        "Without it, images are taken as they are stored.",
        typeConverter=TypeConverters.toInt,
    )
    initFrom: Param[str] = Param(
        Params._dummy(),
        "initFrom",
        "Weights to begin with: a PyTorch state dict, as a safetensors file or torch.save's, or a checkpoint's step "
        "folder.",
        typeConverter=TypeConverters.toString,
    )
    keep: Param[int] = Param(
        Params._dummy(),
        "keep",
        "Newest checkpoints that stay; the best stays too.",
        typeConverter=TypeConverters.toInt,
    )
    labelBalance: Param[str] = Param(
        Params._dummy(),
        "labelBalance",
        "How numLabel and numValid are divided among the classes: equal, or proportional to their sizes, with a "
        "labelled image of each.",
        typeConverter=TypeConverters.toString,
    )
    labelCol: Param[str] = Param(
        Params._dummy(),
        "labelCol",
        "column of labels: class names, or class indices from 0; null for an image without a label",
        typeConverter=TypeConverters.toString,
    )
    learningRate: Param[float] = Param(
        Params._dummy(),
        "learningRate",
        "Learning rate after the warm-up.",
        typeConverter=TypeConverters.toFloat,
    )
    loader: Param[str] = Param(
        Params._dummy(),
        "loader",
        "Where images are while they are trained on: cache (in memory, decoded once), stream (in their files), or "
        "auto: cache up to 2 GiB a worker.",
        typeConverter=TypeConverters.toString,
    )
    logEvery: Param[int] = Param(
        Params._dummy(),
        "logEvery",
        "Figures in metrics.jsonl.",
        typeConverter=TypeConverters.toInt,
    )
    maxRestarts: Param[int] = Param(
        Params._dummy(),
        "maxRestarts",
        "Restarts from the last checkpoint after lost executors, in a row without a new one.",
        typeConverter=TypeConverters.toInt,
    )
    metaGradient: Param[str] = Param(
        Params._dummy(),
        "metaGradient",
        "finite-difference: the paper's; forward: exact, by forward-mode AD.",
        typeConverter=TypeConverters.toString,
    )
    metaScope: Param[str] = Param(
        Params._dummy(),
        "metaScope",
        "Whose labelled gradient pseudo-labels follow: global, the mean over all workers, or local, each worker's own.",
        typeConverter=TypeConverters.toString,
    )
    method: Param[str] = Param(
        Params._dummy(),
        "method",
        "semimeta: the paper's; pseudo-label: the same without its correction; supervised: labels only.",
        typeConverter=TypeConverters.toString,
    )
    milestones: Param[list[int]] = Param(
        Params._dummy(),
        "milestones",
        "Where the step schedule lowers the rate, as in 300000,350000; by default nowhere.",
        typeConverter=TypeConverters.toListInt,
    )
    mixUp: Param[bool] = Param(
        Params._dummy(),
        "mixUp",
        "Mix images, and their labels with pseudo-labels.",
        typeConverter=TypeConverters.toBoolean,
    )
    momentum: Param[float] = Param(
        Params._dummy(),
        "momentum",
        "Of SGD.",
        typeConverter=TypeConverters.toFloat,
    )
    normalise: Param[str] = Param(
        Params._dummy(),
        "normalise",
        "Whose mean and deviation the images get: data, the data set's own; imagenet, for weights that were trained on"
        " it.",
        typeConverter=TypeConverters.toString,
    )
    numLabel: Param[int] = Param(
        Params._dummy(),
        "numLabel",
        "Labelled images, drawn at random and balanced by class; without this and the next, those that 'prepare' "
        "chose, or else all that have a class.",
        typeConverter=TypeConverters.toInt,
    )
    numValid: Param[int] = Param(
        Params._dummy(),
        "numValid",
        "Labelled images to set aside; the best checkpoint is chosen on them.",
        typeConverter=TypeConverters.toInt,
    )
    numWorkers: Param[int] = Param(
        Params._dummy(),
        "numWorkers",
        "Executors to train on, one rank each.",
        typeConverter=TypeConverters.toInt,
    )
    predictedLabelCol: Param[str] = Param(
        Params._dummy(),
        "predictedLabelCol",
        "new column of class names; an empty name leaves it out",
        typeConverter=TypeConverters.toString,
    )
    predictionCol: Param[str] = Param(
        Params._dummy(),
        "predictionCol",
        "new column of class indices; an empty name leaves it out",
        typeConverter=TypeConverters.toString,
    )
    probabilityCol: Param[str] = Param(
        Params._dummy(),
        "probabilityCol",
        "new column of probabilities by class; an empty name leaves it out",
        typeConverter=TypeConverters.toString,
    )
    ramp: Param[int] = Param(
        Params._dummy(),
        "ramp",
        "Linear ramp of consistencyWeight, in the length's unit; by default the warm-up under the step schedule, none "
        "under cosine.",
        typeConverter=TypeConverters.toInt,
    )
    rawPredictionCol: Param[str] = Param(
        Params._dummy(),
        "rawPredictionCol",
        "new column of the network's logits by class; an empty name leaves it out",
        typeConverter=TypeConverters.toString,
    )
    schedule: Param[str] = Param(
        Params._dummy(),
        "schedule",
        "step, cosine, or auto: cosine with epochs, step with totalSteps.",
        typeConverter=TypeConverters.toString,
    )
    seed: Param[int] = Param(
        Params._dummy(),
        "seed",
        "Of all randomness: the draw of labels, weights, batches, mixup, dropout.",
        typeConverter=TypeConverters.toInt,
    )
    startTimeout: Param[int] = Param(
        Params._dummy(),
        "startTimeout",
        "How long to wait for executors.",
        typeConverter=TypeConverters.toInt,
    )
    storedSize: Param[int] = Param(
        Params._dummy(),
        "storedSize",
        "side in pixels to which images are resized and cropped when they are written; 0 stores them as they are",
        typeConverter=TypeConverters.toInt,
    )
    syncBatchNorm: Param[bool] = Param(
        Params._dummy(),
        "syncBatchNorm",
        "Batch statistics of all ranks' images together, not of each rank's own.",
        typeConverter=TypeConverters.toBoolean,
    )
    thresholds: Param[list[float]] = Param(
        Params._dummy(),
        "thresholds",
        "one number a class, not negative, at most one of them 0: predicted is the class with the largest probability "
        "divided by its threshold",
        typeConverter=TypeConverters.toListFloat,
    )
    timeout: Param[int] = Param(
        Params._dummy(),
        "timeout",
        "How long a rank waits for the others in one call.",
        typeConverter=TypeConverters.toInt,
    )
    totalSteps: Param[int] = Param(
        Params._dummy(),
        "totalSteps",
        "Length of the run in steps. This or epochs.",
        typeConverter=TypeConverters.toInt,
    )
    validateEvery: Param[int] = Param(
        Params._dummy(),
        "validateEvery",
        "Measure errors on the images set aside, else on the val split, else on the test split; by default as often as"
        " checkpoints.",
        typeConverter=TypeConverters.toInt,
    )
    validationIndicatorCol: Param[str] = Param(
        Params._dummy(),
        "validationIndicatorCol",
        "boolean column: true for images that choose the best checkpoint, and train nothing",
        typeConverter=TypeConverters.toString,
    )
    warmup: Param[int] = Param(
        Params._dummy(),
        "warmup",
        "Linear warm-up, in steps or epochs as the length is.",
        typeConverter=TypeConverters.toInt,
    )
    weightDecay: Param[float] = Param(
        Params._dummy(),
        "weightDecay",
        "Of SGD, on all parameters.",
        typeConverter=TypeConverters.toFloat,
    )
    width: Param[float] = Param(
        Params._dummy(),
        "width",
        "On the paper's channel counts; convlarge and shake-shake-26 alone.",
        typeConverter=TypeConverters.toFloat,
    )
    workDir: Param[str] = Param(
        Params._dummy(),
        "workDir",
        "folder, seen by all machines, for what fit writes: the images as record files, and a folder for each run",
        typeConverter=TypeConverters.toString,
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._setDefault(
            allowUnencryptedGradients=False,
            alpha=1.0,
            architecture="convlarge",
            batchSize=128,
            consistencyWeight=1.0,
            device="auto",
            engine="barrier",
            epsilon=0.01,
            flip=True,
            gamma=0.1,
            handleInvalid="error",
            imageCol="image",
            keep=3,
            labelBalance="equal",
            labelCol="label",
            learningRate=0.1,
            loader="auto",
            logEvery=50,
            maxRestarts=3,
            metaGradient="finite-difference",
            metaScope="global",
            method="semimeta",
            milestones=[],
            mixUp=False,
            momentum=0.9,
            normalise="data",
            numValid=0,
            numWorkers=1,
            predictedLabelCol="",
            predictionCol="prediction",
            probabilityCol="probability",
            rawPredictionCol="rawPrediction",
            schedule="auto",
            seed=0,
            startTimeout=600,
            storedSize=0,
            syncBatchNorm=False,
            timeout=300,
            warmup=0,
            weightDecay=0.0001,
            width=1.0,
        )

    def getAllowUnencryptedGradients(self) -> bool:
        """Gets the value of allowUnencryptedGradients or its default value."""
        return self.getOrDefault(self.allowUnencryptedGradients)

    def getAlpha(self) -> float:
        """Gets the value of alpha or its default value."""
        return self.getOrDefault(self.alpha)

    def getArchitecture(self) -> str:
        """Gets the value of architecture or its default value."""
        return self.getOrDefault(self.architecture)

    def getBatchSize(self) -> int:
        """Gets the value of batchSize or its default value."""
        return self.getOrDefault(self.batchSize)

    def getCheckpointEvery(self) -> int:
        """Gets the value of checkpointEvery or its default value."""
        return self.getOrDefault(self.checkpointEvery)

    def getConsistencyWeight(self) -> float:
        """Gets the value of consistencyWeight or its default value."""
        return self.getOrDefault(self.consistencyWeight)

    def getCropPadding(self) -> int:
        """Gets the value of cropPadding or its default value."""
        return self.getOrDefault(self.cropPadding)

    def getDevice(self) -> str:
        """Gets the value of device or its default value."""
        return self.getOrDefault(self.device)

    def getEngine(self) -> str:
        """Gets the value of engine or its default value."""
        return self.getOrDefault(self.engine)

    def getEpochs(self) -> int:
        """Gets the value of epochs or its default value."""
        return self.getOrDefault(self.epochs)

    def getEpsilon(self) -> float:
        """Gets the value of epsilon or its default value."""
        return self.getOrDefault(self.epsilon)

    def getFlip(self) -> bool:
        """Gets the value of flip or its default value."""
        return self.getOrDefault(self.flip)

    def getGamma(self) -> float:
        """Gets the value of gamma or its default value."""
        return self.getOrDefault(self.gamma)

    def getHandleInvalid(self) -> str:
        """Gets the value of handleInvalid or its default value."""
        return self.getOrDefault(self.handleInvalid)

    def getIdCol(self) -> str:
        """Gets the value of idCol or its default value."""
        return self.getOrDefault(self.idCol)

    def getImageCol(self) -> str:
        """Gets the value of imageCol or its default value."""
        return self.getOrDefault(self.imageCol)

    def getImageSize(self) -> int:
        """Gets the value of imageSize or its default value."""
        return self.getOrDefault(self.imageSize)

    def getInitFrom(self) -> str:
        """Gets the value of initFrom or its default value."""
        return self.getOrDefault(self.initFrom)

    def getKeep(self) -> int:
        """Gets the value of keep or its default value."""
        return self.getOrDefault(self.keep)

    def getLabelBalance(self) -> str:
        """Gets the value of labelBalance or its default value."""
        return self.getOrDefault(self.labelBalance)

    def getLabelCol(self) -> str:
        """Gets the value of labelCol or its default value."""
        return self.getOrDefault(self.labelCol)

    def getLearningRate(self) -> float:
        """Gets the value of learningRate or its default value."""
        return self.getOrDefault(self.learningRate)

    def getLoader(self) -> str:
        """Gets the value of loader or its default value."""
        return self.getOrDefault(self.loader)

    def getLogEvery(self) -> int:
        """Gets the value of logEvery or its default value."""
        return self.getOrDefault(self.logEvery)

    def getMaxRestarts(self) -> int:
        """Gets the value of maxRestarts or its default value."""
        return self.getOrDefault(self.maxRestarts)

    def getMetaGradient(self) -> str:
        """Gets the value of metaGradient or its default value."""
        return self.getOrDefault(self.metaGradient)

    def getMetaScope(self) -> str:
        """Gets the value of metaScope or its default value."""
        return self.getOrDefault(self.metaScope)

    def getMethod(self) -> str:
        """Gets the value of method or its default value."""
        return self.getOrDefault(self.method)

    def getMilestones(self) -> list[int]:
        """Gets the value of milestones or its default value."""
        return self.getOrDefault(self.milestones)

    def getMixUp(self) -> bool:
        """Gets the value of mixUp or its default value."""
        return self.getOrDefault(self.mixUp)

    def getMomentum(self) -> float:
        """Gets the value of momentum or its default value."""
        return self.getOrDefault(self.momentum)

    def getNormalise(self) -> str:
        """Gets the value of normalise or its default value."""
        return self.getOrDefault(self.normalise)

    def getNumLabel(self) -> int:
        """Gets the value of numLabel or its default value."""
        return self.getOrDefault(self.numLabel)

    def getNumValid(self) -> int:
        """Gets the value of numValid or its default value."""
        return self.getOrDefault(self.numValid)

    def getNumWorkers(self) -> int:
        """Gets the value of numWorkers or its default value."""
        return self.getOrDefault(self.numWorkers)

    def getPredictedLabelCol(self) -> str:
        """Gets the value of predictedLabelCol or its default value."""
        return self.getOrDefault(self.predictedLabelCol)

    def getPredictionCol(self) -> str:
        """Gets the value of predictionCol or its default value."""
        return self.getOrDefault(self.predictionCol)

    def getProbabilityCol(self) -> str:
        """Gets the value of probabilityCol or its default value."""
        return self.getOrDefault(self.probabilityCol)

    def getRamp(self) -> int:
        """Gets the value of ramp or its default value."""
        return self.getOrDefault(self.ramp)

    def getRawPredictionCol(self) -> str:
        """Gets the value of rawPredictionCol or its default value."""
        return self.getOrDefault(self.rawPredictionCol)

    def getSchedule(self) -> str:
        """Gets the value of schedule or its default value."""
        return self.getOrDefault(self.schedule)

    def getSeed(self) -> int:
        """Gets the value of seed or its default value."""
        return self.getOrDefault(self.seed)

    def getStartTimeout(self) -> int:
        """Gets the value of startTimeout or its default value."""
        return self.getOrDefault(self.startTimeout)

    def getStoredSize(self) -> int:
        """Gets the value of storedSize or its default value."""
        return self.getOrDefault(self.storedSize)

    def getSyncBatchNorm(self) -> bool:
        """Gets the value of syncBatchNorm or its default value."""
        return self.getOrDefault(self.syncBatchNorm)

    def getThresholds(self) -> list[float]:
        """Gets the value of thresholds or its default value."""
        return self.getOrDefault(self.thresholds)

    def getTimeout(self) -> int:
        """Gets the value of timeout or its default value."""
        return self.getOrDefault(self.timeout)

    def getTotalSteps(self) -> int:
        """Gets the value of totalSteps or its default value."""
        return self.getOrDefault(self.totalSteps)

    def getValidateEvery(self) -> int:
        """Gets the value of validateEvery or its default value."""
        return self.getOrDefault(self.validateEvery)

    def getValidationIndicatorCol(self) -> str:
        """Gets the value of validationIndicatorCol or its default value."""
        return self.getOrDefault(self.validationIndicatorCol)

    def getWarmup(self) -> int:
        """Gets the value of warmup or its default value."""
        return self.getOrDefault(self.warmup)

    def getWeightDecay(self) -> float:
        """Gets the value of weightDecay or its default value."""
        return self.getOrDefault(self.weightDecay)

    def getWidth(self) -> float:
        """Gets the value of width or its default value."""
        return self.getOrDefault(self.width)

    def getWorkDir(self) -> str:
        """Gets the value of workDir or its default value."""
        return self.getOrDefault(self.workDir)


class ClassifierParams(ClassificationParams, Keywords):
    @keyword_only
    def __init__(
        self,
        *,
        allowUnencryptedGradients: bool = False,
        alpha: float = 1.0,
        architecture: str = "convlarge",
        batchSize: int = 128,
        checkpointEvery: int | None = None,
        consistencyWeight: float = 1.0,
        cropPadding: int | None = None,
        device: str = "auto",
        engine: str = "barrier",
        epochs: int | None = None,
        epsilon: float = 0.01,
        flip: bool = True,
        gamma: float = 0.1,
        handleInvalid: str = "error",
        idCol: str | None = None,
        imageCol: str = "image",
        imageSize: int | None = None,
        initFrom: str | None = None,
        keep: int = 3,
        labelBalance: str = "equal",
        labelCol: str = "label",
        learningRate: float = 0.1,
        loader: str = "auto",
        logEvery: int = 50,
        maxRestarts: int = 3,
        metaGradient: str = "finite-difference",
        metaScope: str = "global",
        method: str = "semimeta",
        milestones: list[int] | None = None,
        mixUp: bool = False,
        momentum: float = 0.9,
        normalise: str = "data",
        numLabel: int | None = None,
        numValid: int = 0,
        numWorkers: int = 1,
        predictedLabelCol: str = "",
        predictionCol: str = "prediction",
        probabilityCol: str = "probability",
        ramp: int | None = None,
        rawPredictionCol: str = "rawPrediction",
        schedule: str = "auto",
        seed: int = 0,
        startTimeout: int = 600,
        storedSize: int = 0,
        syncBatchNorm: bool = False,
        thresholds: list[float] | None = None,
        timeout: int = 300,
        totalSteps: int | None = None,
        validateEvery: int | None = None,
        validationIndicatorCol: str | None = None,
        warmup: int = 0,
        weightDecay: float = 0.0001,
        width: float = 1.0,
        workDir: str | None = None,
    ) -> None:
        """
        Parameters
        ----------
        allowUnencryptedGradients : bool
            Train although Spark's traffic is encrypted: that of the ranks among themselves is not.
        alpha : float
            Both parameters of the Beta distribution of mixup's weights.
        architecture : str
            Network: convlarge, resnet101, resnet152, resnet18, resnet34, resnet50, resnext50_32x4d, shake-shake-26,
            wide_resnet50_2; or torchscript:URI, a file of torch.jit.script.
        batchSize : int
            Labelled images of one worker's step, and as many unlabelled ones.
        checkpointEvery : int, optional
            By default a hundredth of the run, at least 100.
        consistencyWeight : float
            Of the consistency loss; 0 leaves its pass out.
        cropPadding : int, optional
            Padding before the random crop of images as they are stored; 0 for no crop. Default: 4
        device : str
            auto, cpu or cuda.
        engine : str
            barrier, or bigdl: BigDL's distributed optimizer.
        epochs : int, optional
            Length of the run in passes over the unlabelled images.
        epsilon : float
            Length of the finite difference in parameter space.
        flip : bool
            Mirror images at random, or don't.
        gamma : float
            Factor on the learning rate at each milestone.
        handleInvalid : str
            what becomes of an image that is null or cannot be decoded: error, skip (its row is left out), or keep (its
            row has nulls; fit leaves it out)
        idCol : str, optional
            column of image ids, whole numbers, on which all draws depend; without it ids are hashes of paths, else of
            bytes
        imageCol : str
            column of images: image files' bytes (binaryFile's content), paths, or Spark's image struct
        imageSize : int, optional
            Side of the network's input: random parts of the images, of any size, are resized to it. For ImageNet 224.
            Without it, images are taken as they are stored.
        initFrom : str, optional
            Weights to begin with: a PyTorch state dict, as a safetensors file or torch.save's, or a checkpoint's step
            folder.
        keep : int
            Newest checkpoints that stay; the best stays too.
        labelBalance : str
            How numLabel and numValid are divided among the classes: equal, or proportional to their sizes, with a
            labelled image of each.
        labelCol : str
            column of labels: class names, or class indices from 0; null for an image without a label
        learningRate : float
            Learning rate after the warm-up.
        loader : str
            Where images are while they are trained on: cache (in memory, decoded once), stream (in their files), or
            auto: cache up to 2 GiB a worker.
        logEvery : int
            Figures in metrics.jsonl.
        maxRestarts : int
            Restarts from the last checkpoint after lost executors, in a row without a new one.
        metaGradient : str
            finite-difference: the paper's; forward: exact, by forward-mode AD.
        metaScope : str
            Whose labelled gradient pseudo-labels follow: global, the mean over all workers, or local, each worker's
            own.
        method : str
            semimeta: the paper's; pseudo-label: the same without its correction; supervised: labels only.
        milestones : list[int]
            Where the step schedule lowers the rate, as in 300000,350000; by default nowhere.
        mixUp : bool
            Mix images, and their labels with pseudo-labels.
        momentum : float
            Of SGD.
        normalise : str
            Whose mean and deviation the images get: data, the data set's own; imagenet, for weights that were trained
            on it.
        numLabel : int, optional
            Labelled images, drawn at random and balanced by class; without this and the next, those that 'prepare'
            chose, or else all that have a class.
        numValid : int
            Labelled images to set aside; the best checkpoint is chosen on them.
        numWorkers : int
            Executors to train on, one rank each.
        predictedLabelCol : str
            new column of class names; an empty name leaves it out
        predictionCol : str
            new column of class indices; an empty name leaves it out
        probabilityCol : str
            new column of probabilities by class; an empty name leaves it out
        ramp : int, optional
            Linear ramp of consistencyWeight, in the length's unit; by default the warm-up under the step schedule, none
            under cosine.
        rawPredictionCol : str
            new column of the network's logits by class; an empty name leaves it out
        schedule : str
            step, cosine, or auto: cosine with epochs, step with totalSteps.
        seed : int
            Of all randomness: the draw of labels, weights, batches, mixup, dropout.
        startTimeout : int
            How long to wait for executors.
        storedSize : int
            side in pixels to which images are resized and cropped when they are written; 0 stores them as they are
        syncBatchNorm : bool
            Batch statistics of all ranks' images together, not of each rank's own.
        thresholds : list[float], optional
            one number a class, not negative, at most one of them 0: predicted is the class with the largest probability
            divided by its threshold
        timeout : int
            How long a rank waits for the others in one call.
        totalSteps : int, optional
            Length of the run in steps. This or epochs.
        validateEvery : int, optional
            Measure errors on the images set aside, else on the val split, else on the test split; by default as often
            as checkpoints.
        validationIndicatorCol : str, optional
            boolean column: true for images that choose the best checkpoint, and train nothing
        warmup : int
            Linear warm-up, in steps or epochs as the length is.
        weightDecay : float
            Of SGD, on all parameters.
        width : float
            On the paper's channel counts; convlarge and shake-shake-26 alone.
        workDir : str, optional
            folder, seen by all machines, for what fit writes: the images as record files, and a folder for each run
        """
        super().__init__()
        _java.require()
        self._java_obj = self._new_java_obj("io.semimeta.ml.SemiMetaClassifier", self.uid)
        self._set(**self._input_kwargs)

    @keyword_only
    def setParams(
        self: K,
        *,
        allowUnencryptedGradients: bool = False,
        alpha: float = 1.0,
        architecture: str = "convlarge",
        batchSize: int = 128,
        checkpointEvery: int | None = None,
        consistencyWeight: float = 1.0,
        cropPadding: int | None = None,
        device: str = "auto",
        engine: str = "barrier",
        epochs: int | None = None,
        epsilon: float = 0.01,
        flip: bool = True,
        gamma: float = 0.1,
        handleInvalid: str = "error",
        idCol: str | None = None,
        imageCol: str = "image",
        imageSize: int | None = None,
        initFrom: str | None = None,
        keep: int = 3,
        labelBalance: str = "equal",
        labelCol: str = "label",
        learningRate: float = 0.1,
        loader: str = "auto",
        logEvery: int = 50,
        maxRestarts: int = 3,
        metaGradient: str = "finite-difference",
        metaScope: str = "global",
        method: str = "semimeta",
        milestones: list[int] | None = None,
        mixUp: bool = False,
        momentum: float = 0.9,
        normalise: str = "data",
        numLabel: int | None = None,
        numValid: int = 0,
        numWorkers: int = 1,
        predictedLabelCol: str = "",
        predictionCol: str = "prediction",
        probabilityCol: str = "probability",
        ramp: int | None = None,
        rawPredictionCol: str = "rawPrediction",
        schedule: str = "auto",
        seed: int = 0,
        startTimeout: int = 600,
        storedSize: int = 0,
        syncBatchNorm: bool = False,
        thresholds: list[float] | None = None,
        timeout: int = 300,
        totalSteps: int | None = None,
        validateEvery: int | None = None,
        validationIndicatorCol: str | None = None,
        warmup: int = 0,
        weightDecay: float = 0.0001,
        width: float = 1.0,
        workDir: str | None = None,
    ) -> K:
        """Sets the Params that are given."""
        return self._set(**self._input_kwargs)

    def setAllowUnencryptedGradients(self: P, value: bool) -> P:
        """Sets the value of allowUnencryptedGradients."""
        return self._set(allowUnencryptedGradients=value)

    def setAlpha(self: P, value: float) -> P:
        """Sets the value of alpha."""
        return self._set(alpha=value)

    def setArchitecture(self: P, value: str) -> P:
        """Sets the value of architecture."""
        return self._set(architecture=value)

    def setBatchSize(self: P, value: int) -> P:
        """Sets the value of batchSize."""
        return self._set(batchSize=value)

    def setCheckpointEvery(self: P, value: int) -> P:
        """Sets the value of checkpointEvery."""
        return self._set(checkpointEvery=value)

    def setConsistencyWeight(self: P, value: float) -> P:
        """Sets the value of consistencyWeight."""
        return self._set(consistencyWeight=value)

    def setCropPadding(self: P, value: int) -> P:
        """Sets the value of cropPadding."""
        return self._set(cropPadding=value)

    def setDevice(self: P, value: str) -> P:
        """Sets the value of device."""
        return self._set(device=value)

    def setEngine(self: P, value: str) -> P:
        """Sets the value of engine."""
        return self._set(engine=value)

    def setEpochs(self: P, value: int) -> P:
        """Sets the value of epochs."""
        return self._set(epochs=value)

    def setEpsilon(self: P, value: float) -> P:
        """Sets the value of epsilon."""
        return self._set(epsilon=value)

    def setFlip(self: P, value: bool) -> P:
        """Sets the value of flip."""
        return self._set(flip=value)

    def setGamma(self: P, value: float) -> P:
        """Sets the value of gamma."""
        return self._set(gamma=value)

    def setHandleInvalid(self: P, value: str) -> P:
        """Sets the value of handleInvalid."""
        return self._set(handleInvalid=value)

    def setIdCol(self: P, value: str) -> P:
        """Sets the value of idCol."""
        return self._set(idCol=value)

    def setImageCol(self: P, value: str) -> P:
        """Sets the value of imageCol."""
        return self._set(imageCol=value)

    def setImageSize(self: P, value: int) -> P:
        """Sets the value of imageSize."""
        return self._set(imageSize=value)

    def setInitFrom(self: P, value: str) -> P:
        """Sets the value of initFrom."""
        return self._set(initFrom=value)

    def setKeep(self: P, value: int) -> P:
        """Sets the value of keep."""
        return self._set(keep=value)

    def setLabelBalance(self: P, value: str) -> P:
        """Sets the value of labelBalance."""
        return self._set(labelBalance=value)

    def setLabelCol(self: P, value: str) -> P:
        """Sets the value of labelCol."""
        return self._set(labelCol=value)

    def setLearningRate(self: P, value: float) -> P:
        """Sets the value of learningRate."""
        return self._set(learningRate=value)

    def setLoader(self: P, value: str) -> P:
        """Sets the value of loader."""
        return self._set(loader=value)

    def setLogEvery(self: P, value: int) -> P:
        """Sets the value of logEvery."""
        return self._set(logEvery=value)

    def setMaxRestarts(self: P, value: int) -> P:
        """Sets the value of maxRestarts."""
        return self._set(maxRestarts=value)

    def setMetaGradient(self: P, value: str) -> P:
        """Sets the value of metaGradient."""
        return self._set(metaGradient=value)

    def setMetaScope(self: P, value: str) -> P:
        """Sets the value of metaScope."""
        return self._set(metaScope=value)

    def setMethod(self: P, value: str) -> P:
        """Sets the value of method."""
        return self._set(method=value)

    def setMilestones(self: P, value: list[int]) -> P:
        """Sets the value of milestones."""
        return self._set(milestones=value)

    def setMixUp(self: P, value: bool) -> P:
        """Sets the value of mixUp."""
        return self._set(mixUp=value)

    def setMomentum(self: P, value: float) -> P:
        """Sets the value of momentum."""
        return self._set(momentum=value)

    def setNormalise(self: P, value: str) -> P:
        """Sets the value of normalise."""
        return self._set(normalise=value)

    def setNumLabel(self: P, value: int) -> P:
        """Sets the value of numLabel."""
        return self._set(numLabel=value)

    def setNumValid(self: P, value: int) -> P:
        """Sets the value of numValid."""
        return self._set(numValid=value)

    def setNumWorkers(self: P, value: int) -> P:
        """Sets the value of numWorkers."""
        return self._set(numWorkers=value)

    def setPredictedLabelCol(self: P, value: str) -> P:
        """Sets the value of predictedLabelCol."""
        return self._set(predictedLabelCol=value)

    def setPredictionCol(self: P, value: str) -> P:
        """Sets the value of predictionCol."""
        return self._set(predictionCol=value)

    def setProbabilityCol(self: P, value: str) -> P:
        """Sets the value of probabilityCol."""
        return self._set(probabilityCol=value)

    def setRamp(self: P, value: int) -> P:
        """Sets the value of ramp."""
        return self._set(ramp=value)

    def setRawPredictionCol(self: P, value: str) -> P:
        """Sets the value of rawPredictionCol."""
        return self._set(rawPredictionCol=value)

    def setSchedule(self: P, value: str) -> P:
        """Sets the value of schedule."""
        return self._set(schedule=value)

    def setSeed(self: P, value: int) -> P:
        """Sets the value of seed."""
        return self._set(seed=value)

    def setStartTimeout(self: P, value: int) -> P:
        """Sets the value of startTimeout."""
        return self._set(startTimeout=value)

    def setStoredSize(self: P, value: int) -> P:
        """Sets the value of storedSize."""
        return self._set(storedSize=value)

    def setSyncBatchNorm(self: P, value: bool) -> P:
        """Sets the value of syncBatchNorm."""
        return self._set(syncBatchNorm=value)

    def setThresholds(self: P, value: list[float]) -> P:
        """Sets the value of thresholds."""
        return self._set(thresholds=value)

    def setTimeout(self: P, value: int) -> P:
        """Sets the value of timeout."""
        return self._set(timeout=value)

    def setTotalSteps(self: P, value: int) -> P:
        """Sets the value of totalSteps."""
        return self._set(totalSteps=value)

    def setValidateEvery(self: P, value: int) -> P:
        """Sets the value of validateEvery."""
        return self._set(validateEvery=value)

    def setValidationIndicatorCol(self: P, value: str) -> P:
        """Sets the value of validationIndicatorCol."""
        return self._set(validationIndicatorCol=value)

    def setWarmup(self: P, value: int) -> P:
        """Sets the value of warmup."""
        return self._set(warmup=value)

    def setWeightDecay(self: P, value: float) -> P:
        """Sets the value of weightDecay."""
        return self._set(weightDecay=value)

    def setWidth(self: P, value: float) -> P:
        """Sets the value of width."""
        return self._set(width=value)

    def setWorkDir(self: P, value: str) -> P:
        """Sets the value of workDir."""
        return self._set(workDir=value)


class ClassificationModelParams(ClassificationParams):
    pass

    def setHandleInvalid(self: P, value: str) -> P:
        """Sets the value of handleInvalid."""
        return self._set(handleInvalid=value)

    def setImageCol(self: P, value: str) -> P:
        """Sets the value of imageCol."""
        return self._set(imageCol=value)

    def setPredictedLabelCol(self: P, value: str) -> P:
        """Sets the value of predictedLabelCol."""
        return self._set(predictedLabelCol=value)

    def setPredictionCol(self: P, value: str) -> P:
        """Sets the value of predictionCol."""
        return self._set(predictionCol=value)

    def setProbabilityCol(self: P, value: str) -> P:
        """Sets the value of probabilityCol."""
        return self._set(probabilityCol=value)

    def setRawPredictionCol(self: P, value: str) -> P:
        """Sets the value of rawPredictionCol."""
        return self._set(rawPredictionCol=value)

    def setThresholds(self: P, value: list[float]) -> P:
        """Sets the value of thresholds."""
        return self._set(thresholds=value)


class EvaluationParams(Params):
    labelCol: Param[str] = Param(
        Params._dummy(),
        "labelCol",
        "column of labels: class names or indices, null for none",
        typeConverter=TypeConverters.toString,
    )
    metricName: Param[str] = Param(
        Params._dummy(),
        "metricName",
        "accuracy, f1, weightedPrecision, weightedRecall, or another of MulticlassClassificationEvaluator that needs "
        "labels and predictions alone",
        typeConverter=TypeConverters.toString,
    )
    predictionCol: Param[str] = Param(
        Params._dummy(),
        "predictionCol",
        "column of predicted class indices",
        typeConverter=TypeConverters.toString,
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._setDefault(
            labelCol="label",
            metricName="accuracy",
            predictionCol="prediction",
        )

    def getLabelCol(self) -> str:
        """Gets the value of labelCol or its default value."""
        return self.getOrDefault(self.labelCol)

    def getMetricName(self) -> str:
        """Gets the value of metricName or its default value."""
        return self.getOrDefault(self.metricName)

    def getPredictionCol(self) -> str:
        """Gets the value of predictionCol or its default value."""
        return self.getOrDefault(self.predictionCol)


class EvaluatorParams(EvaluationParams, Keywords):
    @keyword_only
    def __init__(
        self,
        *,
        labelCol: str = "label",
        metricName: str = "accuracy",
        predictionCol: str = "prediction",
    ) -> None:
        """
        Parameters
        ----------
        labelCol : str
            column of labels: class names or indices, null for none
        metricName : str
            accuracy, f1, weightedPrecision, weightedRecall, or another of MulticlassClassificationEvaluator that needs
            labels and predictions alone
        predictionCol : str
            column of predicted class indices
        """
        super().__init__()
        _java.require()
        self._java_obj = self._new_java_obj("io.semimeta.ml.SemiMetaEvaluator", self.uid)
        self._set(**self._input_kwargs)

    @keyword_only
    def setParams(
        self: K,
        *,
        labelCol: str = "label",
        metricName: str = "accuracy",
        predictionCol: str = "prediction",
    ) -> K:
        """Sets the Params that are given."""
        return self._set(**self._input_kwargs)

    def setLabelCol(self: P, value: str) -> P:
        """Sets the value of labelCol."""
        return self._set(labelCol=value)

    def setMetricName(self: P, value: str) -> P:
        """Sets the value of metricName."""
        return self._set(metricName=value)

    def setPredictionCol(self: P, value: str) -> P:
        """Sets the value of predictionCol."""
        return self._set(predictionCol=value)
