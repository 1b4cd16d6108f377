"""What is refused about training, and what to do then."""

from http import HTTPStatus

from api.errors import HelplineError


class RunUnknown(HelplineError):
    code = "training_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这次训练"
    detail = "没有找到这次训练，请刷新后再看。"


class TrainingUnderWay(HelplineError):
    code = "training_under_way"
    status = HTTPStatus.CONFLICT
    title = "正在训练"
    detail = "已有一次训练在进行，一次只训练一个。请等它结束，或先取消它。"


class NotUnderWay(HelplineError):
    code = "training_not_under_way"
    status = HTTPStatus.CONFLICT
    title = "不在训练了"
    detail = "这次训练已经结束，不用取消，请刷新后再看。"


class NotUsable(HelplineError):
    code = "training_not_usable"
    status = HTTPStatus.CONFLICT
    title = "不能启用"
    detail = "只有训练完成、对比通过的模型才能启用，请重新训练一次。"


class ModelOutdated(HelplineError):
    code = "training_outdated"
    status = HTTPStatus.CONFLICT
    title = "模型用不上了"
    detail = (
        "这个模型的文件不在了，或者系统自带的模型后来更新过、与它配不上。请重新训练一次再启用。"
    )


class NoSecondEngine(HelplineError):
    code = "no_second_engine"
    status = HTTPStatus.CONFLICT
    title = "这里不能切换"
    detail = "对话引擎不是由 ./helpline up 启动的，工作台换不了它的模型，请联系系统管理员。"


class SwitchUnderWay(HelplineError):
    code = "switch_under_way"
    status = HTTPStatus.CONFLICT
    title = "正在切换"
    detail = "正在切换模型，约需一分钟，请稍后刷新再看。"


class NothingBefore(HelplineError):
    code = "nothing_to_roll_back"
    status = HTTPStatus.CONFLICT
    title = "没有可以回退的"
    detail = "现在用的就是系统自带的模型，或者上一个模型已不在，没有可以回退的。"
